import Crypto
import OperationCatalogue
import Testing

@testable import OperationLog

@Suite("Lines removed, moved, repeated, cut")
struct LineChangeTests {
    let lines: [String]

    init() {
        var log = ForgedLog()
        log.addHeader(of: 1)
        for index in 0..<12 { log.add("intent", by: 1, ",\"op\":\"create_task\",\"args\":{\"title\":\"\(index)\"}") }
        log.addCheckpoint(of: 1, isFinal: true)
        lines = log.lines
    }

    private func verify(_ lines: [String]) -> [String] { verified(ForgedLog.bytes(lines)).faultTexts }

    @Test("A line that is removed is missed by the next")
    func removed() {
        for index in lines.indices.dropLast() {
            var changed = lines
            changed.remove(at: index)
            #expect(verify(changed) == ["removed \(index + 1)"])
        }
        // Of a writer without its last checkpoint nobody can say whether it wrote more.
        let cut = verified(ForgedLog.bytes(lines.dropLast()))
        #expect(cut.isIntact && cut.summary.openWriters == 1)
        #expect(verified(ForgedLog.bytes(lines)).summary.openWriters == 0)
    }

    @Test("Several lines that are removed together are one finding, which names their numbers")
    func severalRemoved() {
        var changed = lines
        changed.removeSubrange(4..<9)
        let verification = verified(ForgedLog.bytes(changed))
        #expect(verification.faultTexts == ["removed 5"])
        #expect(verification.findings.first?.message.contains("records 4 to 8 of its writer are missing") == true)
    }

    @Test("Two neighbours that change places are one that was moved")
    func swapped() {
        for index in lines.indices.dropLast() {
            var changed = lines
            changed.swapAt(index, index + 1)
            #expect(verify(changed) == ["reordered \(index + 1)"])
        }
    }

    @Test("A line that is moved far is found, forwards and backwards", arguments: [2, 5, 9])
    func moved(distance: Int) {
        for index in lines.indices {
            for target in [index - distance, index + distance] where lines.indices.contains(target) {
                var changed = lines
                let line = changed.remove(at: index)
                changed.insert(line, at: target)
                #expect(verify(changed) == ["reordered \(target + 1)"], "from \(index + 1) to \(target + 1)")
            }
        }
    }

    @Test("A line that is repeated is found where it is repeated, near and far")
    func repeated() {
        for index in lines.indices {
            for target in [index + 1, lines.count] {
                var changed = lines
                changed.insert(lines[index], at: target)
                #expect(verify(changed) == ["duplicated \(target + 1)"], "line \(index + 1) at \(target + 1)")
            }
        }
    }

    @Test("A line that is cut anywhere is found, and its neighbours stay good")
    func cut() {
        for index in lines.indices {
            for count in stride(from: 1, to: lines[index].utf8.count - 1, by: 7) {
                var changed = lines
                changed[index] = String(lines[index].prefix(count))
                #expect(verify(changed) == ["edited \(index + 1)"], "\(count) characters of line \(index + 1)")
            }
        }
    }

    @Test("A line that is put in is found: of a stranger, of the writer itself, or no record at all")
    func putIn() {
        var other = ForgedLog()
        other.addHeader(of: 1)
        other.add("intent", by: 1, ",\"op\":\"delete_task\"")
        for index in 1..<lines.count {
            for line in [other.lines[1], "hello", "{}", "{\"v\":2,\"kind\":\"intent\"}"] {
                var changed = lines
                changed.insert(line, at: index)
                let found = verified(ForgedLog.bytes(changed)).findings.filter(\.kind.isFault)
                #expect(
                    found.count == 1 && found.first?.lines == (index + 1)...(index + 1),
                    "\(line) at \(index + 1): \(found)")
            }
        }
    }

    @Test("Two edited lines in a row are two findings")
    func twoEdited() {
        var changed = lines
        for index in 4...5 { changed[index] = changed[index].replacing("create_task", with: "create_tusk") }
        #expect(verify(changed) == ["edited 5", "edited 6"])
    }
}
