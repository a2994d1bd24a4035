import OperationCatalogue
import Testing

@testable import OperationLog

/// The rows of the table in the article "Verifying": a writer that was taken out with everything it wrote.
@Suite("Verifying what binds writers to one another")
struct BindingVerifyTests {
    /// One long writer, and short ones beside it, each with its header, two records and its end.
    private func log(shortWriters: ClosedRange<Int> = 2...4, endsLong: Bool = true) -> (log: ForgedLog, long: [Int]) {
        var log = ForgedLog()
        log.addHeader(of: 1)
        var long = [0]
        for number in shortWriters {
            log.addHeader(of: number)
            log.add("intent", by: number, ",\"op\":\"delete_task\",\"args\":{}")
            long.append(log.lines.count)
            log.add("intent", by: 1, ",\"op\":\"create_task\",\"args\":{}")
            log.add("outcome", by: number, ",\"op\":\"delete_task\",\"status\":\"ok\",\"ms\":1.5")
            log.addCheckpoint(of: number, isFinal: true)
            for _ in 0..<3 {
                long.append(log.lines.count)
                log.add("outcome", by: 1, ",\"op\":\"whoami\",\"status\":\"ok\",\"ms\":1.5")
            }
        }
        if endsLong { log.addCheckpoint(of: 1, isFinal: true) }
        return (log, long)
    }

    private func lines(of number: Int, in log: ForgedLog) -> [Int] {
        log.lines.indices.filter { log.lines[$0].contains(ForgedLog.writer(number)) }
    }

    private func without(_ number: Int, _ log: ForgedLog) -> [String] {
        log.lines.filter { !$0.contains(ForgedLog.writer(number)) }
    }

    @Test("Writers beside one another are intact, also where records come between a header's look and the header")
    func intact() {
        let log = log().log
        #expect(verified(log.bytes).faultTexts == [])
        var late = ForgedLog()
        late.addHeader(of: 1)
        let (offset, hash) = (0, JSONText.member("hash", of: late.lines[0]))
        for _ in 0..<5 { late.add("intent", by: 1, ",\"op\":\"logout\"") }
        late.add("header", by: 2, ",\"pid\":7,\"after\":{\"offset\":\(offset),\"hash\":\"\(hash)\"}")
        #expect(verified(late.bytes).faultTexts == [])
    }

    @Test("A writer that is taken out is missed by the next header", arguments: [2, 3])
    func takenOut(number: Int) throws {
        let log = log().log
        let cut = without(number, log)
        let next = try #require(cut.firstIndex { $0.contains("header") && $0.contains(ForgedLog.writer(number + 1)) })
        let verification = verified(ForgedLog.bytes(cut))
        #expect(verification.faultTexts == ["removed \(next + 1)"])
        #expect(verification.findings.first?.message.contains("bytes are missing before it") == true)
    }

    @Test("One that is taken out of the newest end is not missed, and the end is said to be open")
    func newestEnd() {
        let verification = verified(ForgedLog.bytes(without(4, log().log)))
        #expect(verification.isIntact && verification.doubts(isHeldAgainstKeys: false).contains(.openEnd))
    }

    @Test("The first writer of a log that is taken out is missed")
    func first() {
        let log = log().log
        let cut = Array(log.lines.dropFirst(5)).filter { !$0.contains(ForgedLog.writer(1)) }
            .filter { !$0.contains(ForgedLog.writer(2)) }
        #expect(verified(ForgedLog.bytes(cut)).faultTexts.first == "removed 1")
    }

    @Test("Empty lines in the place of a writer's records do not hide that, together or spread")
    func padded() {
        let log = log().log
        let removed = lines(of: 3, in: log)
        let bytes = removed.reduce(0) { $0 + log.lines[$1].utf8.count + 1 }
        let first = removed[0]
        var together: [String] = []
        for (index, line) in log.lines.enumerated() where !removed.contains(index) {
            if index == removed[1] + 1 { together += Array(repeating: "", count: bytes) }
            together.append(line)
        }
        #expect(!verified(ForgedLog.bytes(together)).isIntact)
        // Behind each line up to the one that the next header names.
        let later = log.lines.indices.filter { $0 > first && $0 < lines(of: 4, in: log)[0] && !removed.contains($0) }
        var spread: [String] = []
        for (index, line) in log.lines.enumerated() where !removed.contains(index) {
            if later.contains(index) {
                let share = bytes / later.count + (index == later[0] ? bytes % later.count : 0)
                spread += Array(repeating: "", count: share)
            }
            spread.append(line)
        }
        #expect(spread.reduce(0) { $0 + $1.utf8.count + 1 } == log.bytes.count)
        #expect(!verified(ForgedLog.bytes(spread)).isIntact)
    }

    @Test("Nor do records of version 1, which nothing binds")
    func paddedWithVersionOne() {
        let log = log().log
        let removed = lines(of: 3, in: log)
        let bytes = removed.reduce(0) { $0 + log.lines[$1].utf8.count + 1 }
        var changed = log.lines.enumerated().filter { !removed.contains($0.offset) }.map(\.element)
        let pad = "{\"v\":1,\"kind\":\"intent\",\"x\":\"\"}"
        let filling = pad.replacing("\"\"", with: "\"\(String(repeating: "x", count: bytes - 1 - pad.utf8.count))\"")
        changed.insert(filling, at: removed[0])
        #expect(verified(ForgedLog.bytes(changed)).faultTexts == ["edited \(removed[0] + 1)"])
    }

    @Test("A few empty lines, as writers leave them, are no fault")
    func emptyLines() {
        var log = ForgedLog()
        log.addHeader(of: 1)
        for _ in 0..<3 { log.addLine("") }
        log.add("intent", by: 1, ",\"op\":\"logout\"")
        log.addHeader(of: 2)
        #expect(verified(log.bytes).faultTexts == [])
    }

    @Test("Records of version 2 and 3 before later ones are intact, and what they do not prove is said")
    func versionTwo() {
        var log = ForgedLog()
        log.version = 2
        for number in 1...2 {
            log.addHeader(of: number)
            log.addCheckpoint(of: number, isFinal: true)
        }
        log.version = 3
        log.addHeader(of: 3)
        log.addCheckpoint(of: 3, isFinal: true)
        log.version = 4
        log.addHeader(of: 4)
        let verification = verified(log.bytes)
        #expect(verification.isIntact && verification.summary.versionTwoRecords == 4)
        #expect(verification.doubts(isHeldAgainstKeys: false).contains(.versionTwo))
        #expect(verified(ForgedLog.bytes(Array(log.lines.dropFirst(2)))).faultTexts == ["removed 3"])
    }

    @Test("A header that was torn within what binds it is torn, and not changed")
    func tornHeader() throws {
        let log = log().log
        let header = try #require(lines(of: 4, in: log).first)
        let whole = ForgedLog.bytes(Array(log.lines[..<header]))
        let line = log.lines[header]
        let member = try #require(line.firstRange(of: "\"after\"")).lowerBound
        for end in line[member...].indices {
            let torn = verified(whole + Array(line[..<end].utf8))
            #expect(torn.isIntact && torn.findings.last?.kind == .torn)
        }
    }

    // MARK: Segments

    /// Two segments: in the first a long writer that goes on and a short one, in the second another short one.
    private func segments(late: Bool = false) -> (first: [String], second: [String]) {
        var log = ForgedLog()
        log.addHeader(of: 1)
        log.addHeader(of: 2)
        log.add("intent", by: 2, ",\"op\":\"delete_task\",\"args\":{}")
        log.addCheckpoint(of: 2, isFinal: true)
        let count = log.lines.count
        log.beginSegment()
        log.addHeader(of: 3)
        log.addCheckpoint(of: 3, isFinal: true)
        // The long one has not noticed yet that the segment is finished.
        if late { log.add("intent", by: 1, ",\"op\":\"logout\"") }
        let second = late ? Array(log.lines[count...].dropLast()) : Array(log.lines[count...])
        return (Array(log.lines[..<count]) + (late ? [log.lines[log.lines.count - 1]] : []), second)
    }

    private func verify(_ first: [String], _ second: [String]) -> LogVerification {
        verified(ForgedLog.bytes(first), ForgedLog.bytes(second))
    }

    @Test("A segment that is as it was when the next one was begun is intact, also where a slow writer added to it")
    func wholeSegment() {
        let (first, second) = segments()
        #expect(verify(first, second).faultTexts == [])
        let late = segments(late: true)
        #expect(late.first.count == first.count + 1)
        #expect(verify(late.first, late.second).faultTexts == [])
    }

    @Test("A writer taken out of the end of a finished segment is missed")
    func endOfSegment() {
        let (first, second) = segments()
        #expect(verify(Array(first.dropLast(3)), second).faultTexts == ["truncated 1"])
        // Something of the same size in its place.
        let bytes = first.suffix(3).reduce(0) { $0 + $1.utf8.count + 1 }
        let padded = Array(first.dropLast(3)) + Array(repeating: "", count: bytes)
        #expect(verify(padded, second).faultTexts == ["removed 1"])
    }

    @Test("A file that is missing between others is missed, the oldest may be gone, and is said to be")
    func missingFile() {
        let (first, second) = segments()
        var other = ForgedLog()
        other.addHeader(of: 5)
        other.addCheckpoint(of: 5, isFinal: true)
        for _ in 0..<4 { other.addHeader(of: 6) }
        #expect(verify(other.lines, second).faultTexts == ["removed \(other.lines.count)"])
        let alone = verified(ForgedLog.bytes(second))
        let bytes = ForgedLog.bytes(first).count
        #expect(alone.isIntact && alone.summary.unseenSegmentBytes == Int64(bytes))
        #expect(alone.doubts(isHeldAgainstKeys: false).contains(.missingFiles))
    }

    @Test("Lines put in before the header that begins a file are found")
    func putInFront() {
        let (first, second) = segments()
        var other = ForgedLog()
        other.addHeader(of: 7)
        other.addCheckpoint(of: 7, isFinal: true)
        #expect(verify(first, other.lines + second).faultTexts == ["edited 3"])
    }
}

extension JSONText {
    /// The text of a member of a record.
    static func member(_ name: String, of line: String) -> String {
        (try? JSONText(validating: Array(line.utf8)).value())?[name]?.stringValue ?? ""
    }
}
