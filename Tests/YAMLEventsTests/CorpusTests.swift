import Glibc
import Testing

@testable import YAMLEvents

/// The public yaml-test-suite, as far as it is a parser's business.
struct SuiteCase: Sendable, CustomTestStringConvertible {
    let file: String
    let number: Int
    let bytes: [UInt8]
    /// The suite's own event list, with its marks for flow style and explicit documents taken out.
    let tree: [String]?

    var testDescription: String { "\(file) #\(number)" }
}

private enum Corpus {
    static let folder = getenv("DEFERNO_CORPORA").map { String(cString: $0) }
    static let isRequired = getenv("CI").map { $0.pointee != 0 } == true

    /// All cases, read with the composer under test: the suite is itself written in YAML.
    static func cases() throws -> [SuiteCase] {
        let folder = try #require(folder, "set DEFERNO_CORPORA to the folder of the public test suites") + "/yaml"
        var cases: [SuiteCase] = []
        for name in try files(in: folder) {
            let descriptor = open(folder + "/" + name, O_RDONLY)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            var composer = try YAMLComposer(fileDescriptor: descriptor)
            let root = try #require(try composer.composeDocument())
            for (number, item) in (root.items ?? []).enumerated() {
                let text = try #require(item["yaml"]?.scalar?.value)
                let tree = item["tree"]?.scalar?.value
                cases.append(
                    SuiteCase(file: name, number: number, bytes: decoded(text), tree: tree.map(simplified)))
            }
        }
        return cases
    }

    private static func files(in folder: String) throws -> [String] {
        let directory = try #require(opendir(folder))
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml") { names.append(name) }
        }
        return names.sorted()
    }

    /// The suite writes characters that would not be seen as others that are.
    private static func decoded(_ text: String) -> [UInt8] {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "␣": result.append(" ")
            case "—": continue
            case "»": result.append("\t")
            case "←": result.append("\r")
            case "⇔": result.append("\u{FEFF}")
            case "↵": continue
            case "∎": return Array(String(result).utf8)
            default: result.append(scalar)
            }
        }
        return Array(String(result).utf8)
    }

    private static func simplified(_ tree: String) -> [String] {
        tree.split(separator: "\n").map { line in
            let event = line.drop { $0 == " " }
            if event.hasPrefix("+DOC") || event.hasPrefix("-DOC") { return String(event.prefix(4)) }
            for mark in [" []", " {}"] where event.hasPrefix("+") {
                if let range = event.firstRange(of: mark) { return event.replacing(mark, with: "", subrange: range) }
            }
            return String(event)
        }
    }
}

extension Substring {
    fileprivate func replacing(_ mark: String, with other: String, subrange: Range<Index>) -> String {
        String(self[..<subrange.lowerBound]) + other + String(self[subrange.upperBound...])
    }
}

@Suite("The public YAML test suite", .enabled(if: Corpus.folder != nil || Corpus.isRequired))
struct CorpusTests {
    @Test("every case gives libyaml's own events, and its refusals with a place inside the text")
    func sameAsLibYAML() throws {
        let cases = try Corpus.cases()
        #expect(cases.count > 390)
        for suiteCase in cases {
            let bare = StreamReading(bareLibYAML: suiteCase.bytes)
            #expect(StreamReading(try YAMLEventReader(bytes: suiteCase.bytes)) == bare, "\(suiteCase.testDescription)")
            guard bare.isRefused else { continue }
            let error = try #require(firstError(of: suiteCase.bytes))
            let lines = suiteCase.bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 1
            #expect((1...lines).contains(error.mark.line), "\(suiteCase.testDescription): \(error)")
            #expect(error.kind == .syntax && error.mark.column >= 1, "\(suiteCase.testDescription): \(error)")
        }
    }

    @Test("most cases give the suite's events; those libyaml reads otherwise are its own affair")
    func agreesWithSuite() throws {
        let cases = try Corpus.cases().filter { $0.tree != nil }
        var agreeing = 0
        for suiteCase in cases {
            let reading = StreamReading(try YAMLEventReader(bytes: suiteCase.bytes))
            if !reading.isRefused && reading.events == suiteCase.tree { agreeing += 1 }
        }
        #expect(agreeing >= 242, "\(agreeing) of \(cases.count)")
    }

    @Test("composing any case gives nodes or an error, and the same for every way the bytes arrive")
    func composesOrRefuses() throws {
        for suiteCase in try Corpus.cases() {
            var whole = try YAMLComposer(bytes: suiteCase.bytes)
            let expected = outcome(&whole)
            let descriptors = try PipeEnds()
            let bytes = suiteCase.bytes
            let writer = try WritingThread { descriptors.write(bytes, chunk: 1) }
            var piped = try YAMLComposer(fileDescriptor: descriptors.reading)
            let actual = outcome(&piped)
            descriptors.closeReading()
            writer.join()
            #expect(actual == expected, "\(suiteCase.testDescription)")
        }
    }

    private func outcome(_ composer: inout YAMLComposer) -> [Result<YAMLNode, YAMLError>] {
        var results: [Result<YAMLNode, YAMLError>] = []
        do throws(YAMLError) {
            while let node = try composer.composeDocument() { results.append(.success(node)) }
        } catch {
            results.append(.failure(error))
        }
        return results
    }
}
