import Foundation
import OperationCatalogue
import Testing

@Suite("The examples")
struct ExampleTests {
    static let folder = DefernoBinary.packageFolder.appending(path: "examples")
    static let isRecording = ProcessInfo.processInfo.environment["DEFERNO_RECORD"] == "1"

    /// Moments that lie ahead for ever: what is urgent depends on the day, and the expected outcomes must not.
    static let options = ["first-week": ["--var", "address_by=2099-01-20T12:00:00Z"]]

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    @Test("There are examples, among them a script and a stream of documents")
    func thereAreExamples() {
        #expect(Self.names.contains("first-week"))
        #expect(Self.names.contains("inbox"))
    }

    /// `DEFERNO_RECORD=1` writes the expected output anew; such a run fails, so that nobody takes it for a test.
    @Test("An example gives the outcomes that stand beside it", arguments: names)
    func givesExpectedOutcomes(name: String) throws {
        let home = try Home()
        let examples = home.folder.appending(path: "examples")
        try FileManager.default.copyItem(at: Self.folder, to: examples)
        let finished = try home.run(["batch", "run", "examples/\(name).yaml"] + Self.options[name, default: []])
        try #require(finished.end == .exit(0), "\(finished.errorText)")
        #expect(finished.errorText == "")

        let actual = Normalised.lines(try finished.outcomes())
        let file = Self.folder.appending(path: "\(name).expected.ndjson")
        if Self.isRecording {
            try actual.write(to: file, atomically: true, encoding: .utf8)
            Issue.record(
                "recorded \(file.lastPathComponent); look at the difference and run again without DEFERNO_RECORD")
            return
        }
        let expected = try #require(
            try? String(contentsOf: file, encoding: .utf8),
            "there is no \(file.lastPathComponent); DEFERNO_RECORD=1 makes it"
        )
        let actualLines = actual.split(separator: "\n")
        let expectedLines = expected.split(separator: "\n")
        #expect(actualLines.count == expectedLines.count)
        for (number, (actual, expected)) in zip(actualLines, expectedLines).enumerated() {
            #expect(actual == expected, "line \(number + 1)")
        }
    }

    @Test("An example gives the same outcomes through standard input", arguments: names)
    func runsThroughPipe(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: "\(name).yaml"), encoding: .utf8)
        let (fromFile, fromPipe) = (try Home(), try Home())
        try fromFile.write(text, to: "script.yaml")
        let options = Self.options[name, default: []]
        let expected = try fromFile.run(["batch", "run", "script.yaml"] + options)
        let actual = try fromPipe.run(["batch", "run", "-"] + options, input: text)
        #expect(actual.end == .exit(0))
        let lines = Normalised.lines(try actual.outcomes())
        #expect(lines == Normalised.lines(try expected.outcomes()).replacing("\"script.yaml\"", with: "\"-\""))
    }
}
