import Crypto
import Foundation
import OperationCatalogue

@testable import OperationLog

/// A log made line by line, with hashes and signatures worked out here and not by the writer that is under test elsewhere.
struct ForgedLog {
    private(set) var lines: [String] = []
    /// The version of the records that are added.
    var version = 4
    private var writers: [String: (next: Int, last: String)] = [:]
    /// Where the last record of the segment begins, and its hash.
    private var lastRecord: (offset: Int, hash: String)?
    private var segmentStart = 0
    /// What the first header of the segment says of the one before.
    private var segmentBefore: String?
    private var keys: [String: Curve25519.Signing.PrivateKey] = [:]

    static func digest(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The name of the writer with this number.
    static func writer(_ number: Int) -> String {
        "0193bf2a-0000-7000-8000-00000000000\(number)"
    }

    /// The bytes of the log, or of a part of it.
    static func bytes(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

    var bytes: [UInt8] { Self.bytes(lines) }

    /// Adds a record; its members beside those that every record has are given as JSON.
    mutating func add(_ kind: String, by number: Int, _ members: String = "", isSigned: Bool = false) {
        let writer = Self.writer(number)
        let (next, last) = writers[writer] ?? (0, "")
        let time = "2026-11-28T05:53:06.\(100_000 + lines.count)Z"
        let body =
            "{\"v\":\(version),\"kind\":\"\(kind)\",\"time\":\"\(time)\",\"writer\":\"\(writer)\",\"seq\":\(next)\(members)"
        let hash = Self.digest(last + body)
        var line = body + ",\"hash\":\"\(hash)\""
        if isSigned, let key = keys[writer], let signature = try? key.signature(for: Data((LogKey.purpose + hash).utf8))
        {
            line += ",\"signature\":\"\(signature.base64EncodedString())\""
        }
        lastRecord = (bytes(from: segmentStart).count, hash)
        lines.append(line + "}")
        writers[writer] = (next + 1, hash)
    }

    /// Adds the header of a writer, in its first segment or a later one.
    mutating func addHeader(of number: Int, key: Curve25519.Signing.PrivateKey? = nil) {
        let writer = Self.writer(number)
        var members = ",\"pid\":7,\"sync\":\"group\""
        if let key {
            keys[writer] = key
            members += ",\"key\":\"\(key.publicKey.rawRepresentation.base64EncodedString())\""
        }
        if let last = writers[writer]?.last { members += ",\"prev\":\"\(last)\"" }
        if version > 2 { members += binding }
        add("header", by: number, members)
    }

    private var binding: String {
        if let (offset, hash) = lastRecord { return ",\"after\":{\"offset\":\(offset),\"hash\":\"\(hash)\"}" }
        return segmentBefore ?? ""
    }

    /// What is added now stands in a new segment.
    mutating func beginSegment() {
        let before = bytes(from: segmentStart)
        let digest = Self.digest(String(decoding: before, as: UTF8.self))
        segmentBefore = ",\"segment\":{\"bytes\":\(before.count),\"sha256\":\"\(digest)\"}"
        (lastRecord, segmentStart) = (nil, lines.count)
    }

    private func bytes(from line: Int) -> [UInt8] { Self.bytes(Array(lines[line...])) }

    mutating func addCheckpoint(of number: Int, isFinal: Bool = false) {
        add("checkpoint", by: number, isFinal ? ",\"final\":true" : "", isSigned: keys[Self.writer(number)] != nil)
    }

    /// Adds a line as it is, such as one that is torn.
    mutating func addLine(_ line: String) { lines.append(line) }

    /// Two writers and a third that signs, with every kind of record and a torn line: 6 KB in 24 lines.
    static func sample(key: Curve25519.Signing.PrivateKey = .init()) -> ForgedLog {
        var log = ForgedLog()
        log.addHeader(of: 1)
        log.addHeader(of: 2, key: key)
        for round in 0..<2 {
            log.add("intent", by: 1, ",\"op\":\"create_task\",\"args\":{\"title\":\"Milk \(round)\"}")
            log.add("intent", by: 2, ",\"op\":\"delete_task\",\"args\":{\"task_id\":\"\(round)\"}")
            log.add("outcome", by: 2, ",\"op\":\"delete_task\",\"status\":\"ok\",\"ms\":1.204")
            log.add("outcome", by: 1, ",\"op\":\"create_task\",\"status\":\"failed\",\"ms\":0.9")
        }
        log.addCheckpoint(of: 2)
        let torn = "{\"v\":2,\"kind\":\"intent\",\"time\":\"2026-11-28T05:53:0"
        let offset = log.bytes.count
        log.addLine(torn)
        log.addHeader(of: 3)
        log.add(
            "log.recovered", by: 3,
            ",\"offset\":\(offset),\"bytes\":\(torn.utf8.count),\"sha256\":\"\(digest(torn))\"")
        log.add(
            "log.removed", by: 3, ",\"reason\":\"keep\",\"segments\":[{\"name\":\"x.1\",\"bytes\":9,\"time\":\"t\"}]")
        for number in 1...3 { log.add("intent", by: number, ",\"op\":\"logout\",\"args\":{}") }
        for number in 1...3 { log.addCheckpoint(of: number, isFinal: true) }
        return log
    }
}

/// Verifies bytes as the segments of a log, called 1, 2 and so on.
func verified(
    _ segments: [UInt8]..., trusting keys: [LogPublicKey] = [], expecting head: LogHead? = nil
) -> LogVerification {
    var verifier = LogVerifier(trusting: keys, expecting: head)
    for (index, bytes) in segments.enumerated() {
        let next = index + 1 < segments.count ? bytesBefore(segments[index + 1]) : nil
        verifier.beginSegment("\(index + 1)", from: LogSegment.time(in: bytes), cuts: next.map { [$0] } ?? [])
        bytes.withUnsafeBytes { bytes in
            var (start, number) = (0, 1)
            while start < bytes.count {
                let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
                verifier.addLine(
                    LogLine(
                        bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<(end ?? bytes.count)]), number: number,
                        offset: Int64(start), isEnded: end != nil, isTooLong: false))
                (start, number) = ((end ?? bytes.count) + 1, number + 1)
            }
        }
        verifier.endSegment()
    }
    return verifier.finish()
}

/// How long the segment before was, as one that begins so says.
private func bytesBefore(_ segment: [UInt8]) -> Int64? {
    segment.prefix { $0 != UInt8(ascii: "\n") }.withUnsafeBytes { line in
        if case .segment(let bytes, _)? = HeaderMembers.binding(in: line) { return bytes }
        return nil
    }
}

extension LogVerification {
    /// The findings that a crash does not explain, in short: `edited 3`, `removed 4-5`, `truncated 1:7` for a file.
    var faultTexts: [String] {
        findings.filter(\.kind.isFault).map { finding in
            let (first, last) = (finding.lines.lowerBound, finding.lines.upperBound)
            return "\(finding.kind) \(first)" + (last > first ? "-\(last)" : "")
        }
    }
}
