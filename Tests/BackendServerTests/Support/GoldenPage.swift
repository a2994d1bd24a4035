import Foundation
import Testing

/// Pages as they were agreed on, in the folder Golden. `DEFERNO_RECORD=1` writes them anew; such a run fails, so that nobody
/// takes it for a test.
enum GoldenPage {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Golden")

    private static let isRecording = ProcessInfo.processInfo.environment["DEFERNO_RECORD"] == "1"

    static func expect(_ text: String, at name: String, location: SourceLocation = #_sourceLocation) throws {
        let file = folder.appending(path: name)
        if isRecording {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record(
                "recorded \(name); look at the difference and run again without DEFERNO_RECORD",
                sourceLocation: location)
            return
        }
        let expected = try #require(
            try? String(contentsOf: file, encoding: .utf8), "there is no \(name); DEFERNO_RECORD=1 makes it",
            sourceLocation: location)
        #expect(text == expected, "\(name)", sourceLocation: location)
    }

    static func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
    }
}
