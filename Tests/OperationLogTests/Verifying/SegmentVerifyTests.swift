import Crypto
import Foundation
import OperationCatalogue
import Testing

@testable import OperationLog

@Suite("Verifying segments, signatures and torn lines")
struct SegmentVerifyTests {
    /// The lines of one writer in two segments.
    private func segments() -> (first: [String], second: [String]) {
        var log = ForgedLog()
        log.addHeader(of: 1)
        for _ in 0..<4 { log.add("intent", by: 1, ",\"op\":\"logout\"") }
        let count = log.lines.count
        log.beginSegment()
        log.addHeader(of: 1)
        for _ in 0..<4 { log.add("intent", by: 1, ",\"op\":\"logout\"") }
        log.addCheckpoint(of: 1, isFinal: true)
        return (Array(log.lines[..<count]), Array(log.lines[count...]))
    }

    private func verify(_ first: [String], _ second: [String]) -> LogVerification {
        verified(ForgedLog.bytes(first), ForgedLog.bytes(second))
    }

    @Test("A writer is followed from one segment to the next")
    func continued() {
        let (first, second) = segments()
        let whole = verify(first, second)
        #expect(whole.isIntact && whole.summary.writers == 1 && whole.summary.continuedWriters == 0)
        let alone = verified(ForgedLog.bytes(second))
        #expect(alone.isIntact && alone.summary.continuedWriters == 1)
    }

    @Test("Records cut off the end of a finished segment are missed by the next, and named there")
    func truncated() {
        let (first, second) = segments()
        let cut = verify(Array(first.dropLast(2)), second)
        #expect(cut.faultTexts == ["truncated 3"])
        #expect(cut.findings.first?.file == "1")
        #expect(cut.findings.first?.message.contains("records 3 to 4") == true)
    }

    @Test("A line that is removed, edited or moved in either segment is found")
    func changes() {
        let (first, second) = segments()
        for index in 1..<4 {
            var changed = first
            changed[index] = changed[index].replacing("logout", with: "log-in")
            #expect(verify(changed, second).faultTexts == ["edited \(index + 1)"])
            changed = second
            changed.swapAt(index - 1, index)
            #expect(verify(first, changed).faultTexts == ["reordered \(index)"])
            changed = second
            changed.remove(at: index)
            #expect(verify(first, changed).faultTexts == ["removed \(index + 1)"])
        }
    }

    @Test("A chain that was written anew is intact without signatures, and found with them")
    func rewritten() throws {
        let key = Curve25519.Signing.PrivateKey()
        let trusted = try #require(LogPublicKey(key.publicKey.rawRepresentation.base64EncodedString()))
        #expect(verified(ForgedLog.sample().bytes).isIntact)
        // Whoever writes it anew can sign with another key, or not at all.
        #expect(verified(signed(key), trusting: [trusted]).isIntact)
        #expect(verified(signed(Curve25519.Signing.PrivateKey())).isIntact)
        let other = verified(signed(Curve25519.Signing.PrivateKey()), trusting: [trusted])
        #expect(other.faultTexts == ["signature 1"])
        #expect(verified(signed(nil), trusting: [trusted]).faultTexts == ["signature 1"])
        let text = String(decoding: signed(key), as: UTF8.self)
        let stripped = text.replacing(#/","signature":"[^"]*"/#, with: "\"")
        #expect(verified(Array(stripped.utf8)).faultTexts == ["signature 3"])
    }

    private func signed(_ key: Curve25519.Signing.PrivateKey?) -> [UInt8] {
        var log = ForgedLog()
        log.addHeader(of: 1, key: key)
        log.add("intent", by: 1, ",\"op\":\"logout\"")
        log.addCheckpoint(of: 1, isFinal: true)
        return log.bytes
    }

    @Test("A public key is read as PEM and as base64, and nothing else is one")
    func keys() {
        let key = LogKey.generate()
        #expect(LogPublicKey(key.publicPEM)?.text == key.publicKey)
        #expect(LogPublicKey(key.publicKey + "\n")?.text == key.publicKey)
        for text in ["", "x", key.privatePEM.reveal(), String(key.publicKey.dropLast(4)), key.publicKey + "\nx"] {
            #expect(LogPublicKey(text) == nil)
        }
    }

    @Test("A torn line is one where a record says so, at the end of a file a possible one, and else a changed line")
    func torn() {
        let whole = ForgedLog.sample()
        let torn = verified(whole.bytes)
        #expect(torn.isIntact && torn.summary.confirmedTornLines == 1)
        let end = verified(Array(whole.bytes.dropLast(100)))
        #expect(end.isIntact && end.findings.last?.kind == .torn)
        #expect(verified(Array(whole.bytes.dropLast(1))).isIntact)
        let changed = whole.lines.filter { !$0.contains("log.recovered") }
        #expect(verified(ForgedLog.bytes(changed)).findings.contains { $0.kind == .edited })
    }

    @Test("Records of version 1 are counted, and say nothing")
    func versionOne() {
        let verification = verified(Array("{\"v\":1,\"kind\":\"header\"}\n\n{\"v\":1,\"kind\":\"intent\"}\n".utf8))
        #expect(verification.isIntact && verification.summary.versionOneRecords == 2)
    }

    @Test("What the writer writes is intact, rotated and compressed, with a key and without", arguments: [false, true])
    func ownLog(isSigned: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder("operations.ndjson")
        var settings = LogSettings()
        settings.sync = .none
        settings.rotation.size = 20_000
        settings.key = isSigned ? .generate() : nil
        let trusted = settings.key.flatMap { LogPublicKey($0.publicKey) }.map { [$0] } ?? []
        let logs = (0..<3).map { _ in OperationLog(.file(path), settings: settings, version: "0.2.0") }
        for round in 0..<30 {
            for log in logs { try await log.record(intents: Sample.intents(round)) }
            if round == 9 { try append("{\"v\":2,\"kind\":\"int", to: path) }
        }
        for log in logs { try await log.close() }
        _ = try LogSegments.of(path)[0].compress()
        let verification = try LogVerification.ofLog(at: path, trusting: trusted)
        #expect(verification.faultTexts == [])
        #expect(verification.summary.writers == 3 && verification.summary.openWriters == 0)
        #expect(verification.summary.unsignedRecords == (isSigned ? 0 : UInt64(verification.summary.records)))
    }
}
