import Glibc
import Synchronization
import Testing

@testable import YAMLEvents

@Suite("Limits", .timeLimit(.minutes(1)))
struct LimitTests {
    @Test(
        "an endless scalar, comment or tag from a pipe is refused before twice the limit was read",
        arguments: ["a: \"", "a: ", "a: |\n ", "# ", "a: !<", "? "])
    func endlessText(beginning: String) throws {
        let pipe = try PipeEnds()
        let writer = try EndlessWriter(pipe, beginning: beginning)
        var limits = YAMLLimits()
        limits.scalarBytes = 1 << 20
        var reader = try YAMLEventReader(fileDescriptor: pipe.reading, limits: limits)
        let error = #expect(throws: YAMLError.self) {
            while true {
                if case .streamEnd = try reader.next() { return }
            }
        }
        pipe.closeReading()
        let total = writer.join()
        #expect(error?.kind == .limit(.scalarBytes), "\(String(describing: error))")
        #expect(error?.mark.line == 1)
        #expect(total < 2 << 20)
    }

    @Test("a scalar as long as the limit passes, one byte more does not")
    func scalarBytes() throws {
        var limits = YAMLLimits()
        limits.scalarBytes = 100_000
        #expect(firstError(of: "- a\n- \"" + String(repeating: "x", count: 100_000) + "\"", limits: limits) == nil)
        let error = try #require(
            firstError(of: "- a\n- \"" + String(repeating: "x", count: 100_001) + "\"", limits: limits))
        #expect(error.kind == .limit(.scalarBytes))
        #expect(error.mark == YAMLMark(line: 2, column: 3))
        #expect(error.message == "the scalar has 100001 bytes, more than the limit of 100000")
    }

    @Test("the stream itself may be longer than any scalar")
    func longStream() throws {
        var limits = YAMLLimits()
        limits.scalarBytes = 1000
        let text = String(repeating: "- abcdefghijklmnopqrstuvwxyz\n", count: 20_000)
        #expect(firstError(of: text, limits: limits) == nil)
    }

    @Test(
        "nesting a hundred thousand deep is refused at the limit, at once",
        arguments: ["[", "{a: ", "- ", "? ", "[\n", "{? "])
    func deepNesting(opening: String) throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let error = try #require(firstError(of: String(repeating: opening, count: 100_000)))
        #expect(error.kind == .limit(.depth))
        #expect(clock.now - begin < .seconds(20))
    }

    @Test("the depth allowed is reached exactly, and never more than the greatest")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        var limits = YAMLLimits()
        #expect(composingError(nested(512)) == nil)
        #expect(composingError(nested(513))?.kind == .limit(.depth))
        limits.depth = .max
        #expect(composingError(nested(YAMLLimits.greatestDepth), limits: limits) == nil)
        #expect(composingError(nested(YAMLLimits.greatestDepth + 1), limits: limits)?.kind == .limit(.depth))
    }

    @Test("a node that is too large is refused: its text counts, and each part of it")
    func composedSize() throws {
        var limits = YAMLLimits()
        limits.composedBytes = 10 + 3 * YAMLLimits.bytesOfNode
        #expect(composingError("[12345, 67890]", limits: limits) == nil)
        #expect(composingError("[12345, 678901]", limits: limits)?.kind == .limit(.composedBytes))
        #expect(composingError("[[], [], [], []]", limits: limits)?.kind == .limit(.composedBytes))
    }

    @Test("as many nodes as are written out are read: only aliases multiply")
    func manyNodes() throws {
        let text = "[" + String(repeating: "1,", count: 1_200_000) + "]"
        #expect(try compose(text)?.items?.count == 1_200_000)
    }

    @Test("the limits of one node begin anew with the next")
    func composedSizeOfSteps() throws {
        var limits = YAMLLimits()
        limits.composedBytes = 4 + 5 * YAMLLimits.bytesOfNode
        var composer = try YAMLComposer(
            bytes: Array(String(repeating: "- {a: 1, b: 2}\n", count: 100).utf8), limits: limits)
        for _ in 0..<3 { _ = try composer.next() }
        var count = 0
        while try composer.composeNext() != nil { count += 1 }
        #expect(count == 100)
    }

    @Test("a billion laughs are not laughed")
    func billionLaughs() throws {
        var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let error = try #require(composingError(text))
        #expect(error.kind == .limit(.anchoredNodes) || error.kind == .limit(.aliasedNodes))
        var limits = YAMLLimits()
        limits.anchoredNodes = .max
        #expect(composingError(text, limits: limits)?.kind == .limit(.aliasedNodes))
        limits.aliasedNodes = .max
        #expect(composingError(text, limits: limits)?.kind == .limit(.composedBytes))
    }

    @Test("aliases are counted over the whole document and forgotten with it")
    func aliasesOfDocument() throws {
        var limits = YAMLLimits()
        limits.aliasedNodes = 9
        let document = "---\na: &a [1, 2]\nb: *a\nc: *a\nd: *a\n"
        var composer = try YAMLComposer(bytes: Array((document + document).utf8), limits: limits)
        #expect(try composer.composeDocument() != nil)
        #expect(try composer.composeDocument() != nil)
        #expect(composingError(document + "e: *a\n", limits: limits)?.kind == .limit(.aliasedNodes))
    }

    @Test("what anchors keep is bounded, and a name given again lets its first node go")
    func anchored() throws {
        var limits = YAMLLimits()
        limits.anchoredNodes = 4
        #expect(composingError("[&a [1, 2], &a [3, 4], &a [5, 6]]", limits: limits) == nil)
        #expect(composingError("[&a [1, 2], &b [3, 4]]", limits: limits)?.kind == .limit(.anchoredNodes))
        limits = YAMLLimits()
        limits.anchoredBytes = 4
        #expect(composingError("[&a 1234]", limits: limits) == nil)
        #expect(composingError("[&a 12345]", limits: limits)?.kind == .limit(.anchoredBytes))
    }

    @Test("a million %TAG directives are refused before they are compared with each other")
    func tagDirectives() throws {
        var text = ""
        for number in 0..<200_000 { text += "%TAG !t\(number)! b\n" }
        #expect(firstError(of: text + "---\na\n")?.kind == .limit(.tagDirectives))
        #expect(firstError(of: "%TAG !t! b\n---\na\n") == nil)
    }

    @Test("a mapping of a hundred thousand keys takes time in proportion")
    func manyKeys() throws {
        var text = ""
        for number in 0..<100_000 { text += "key\(number): 1\n" }
        let clock = ContinuousClock()
        let begin = clock.now
        #expect(try compose(text)?.pairs?.count == 100_000)
        #expect(clock.now - begin < .seconds(5))
        let error = try #require(composingError(text + "key7: 2\n"))
        #expect(error.kind == .duplicateKey)
        #expect(error.mark == YAMLMark(line: 100_001, column: 1))
        #expect(error.related == YAMLMark(line: 8, column: 1))
    }
}

/// Writes up to 1 GiB of text without a line end into a pipe, until nobody reads it any more.
private final class EndlessWriter {
    private final class Count: Sendable {
        let bytes = Atomic(0)
    }

    private let count = Count()
    private let thread: WritingThread

    init(_ pipe: PipeEnds, beginning: String) throws {
        let count = count
        thread = try WritingThread {
            var block = Array(beginning.utf8)
            while count.bytes.load(ordering: .relaxed) < 1 << 30 {
                let written = block.withUnsafeBytes { write(pipe.writing, $0.baseAddress, $0.count) }
                if written <= 0 { break }
                count.bytes.add(written, ordering: .relaxed)
                block = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
            }
            close(pipe.writing)
        }
    }

    /// How many bytes the pipe took.
    func join() -> Int {
        thread.join()
        return count.bytes.load(ordering: .relaxed)
    }
}
