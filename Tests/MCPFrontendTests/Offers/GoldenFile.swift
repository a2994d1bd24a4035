import Foundation
import Testing

/// Files that hold what a client gets to see. `DEFERNO_RECORD=1` writes them anew; such a run fails, so that nobody takes
/// it for a test.
enum GoldenFile {
    static let packageFolder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let testFolder = packageFolder.appending(path: "Tests/MCPFrontendTests")

    private static let isRecording = ProcessInfo.processInfo.environment["DEFERNO_RECORD"] == "1"

    /// Compares a text with the file at a path of the package.
    static func expect(
        _ text: String, at path: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let file = packageFolder.appending(path: path)
        if isRecording {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
            Issue.record(
                "recorded \(path); look at the difference and run again without DEFERNO_RECORD",
                sourceLocation: location)
            return
        }
        let expected = try #require(
            try? String(contentsOf: file, encoding: .utf8), "there is no \(path); DEFERNO_RECORD=1 makes it",
            sourceLocation: location)
        #expect(text == expected, "\(path)", sourceLocation: location)
    }

    /// The names of the files in a folder of the package.
    static func names(in path: String) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: packageFolder.appending(path: path).path))
    }
}
