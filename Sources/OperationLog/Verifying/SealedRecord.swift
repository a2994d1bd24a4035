import Glibc
import OperationCatalogue

/// What a verifier reads of a record of version 2, 3 or 4: how it begins, and what binds it, both exactly as the article
/// <doc:RecordForm> has them. What lies between is covered by the hash, and not looked at.
struct SealedRecord {
    let head: RecordHead
    /// The bytes that are hashed, from the start of the line.
    let bodyCount: Int
    /// What stands in the record as its hash.
    let hash: RecordDigest
    /// What stands there as its signature, in base64.
    let signature: String?

    /// `nil` where the line is no such record.
    init?(_ line: UnsafeRawBufferPointer) {
        guard let head = RecordHead(line), line.hasSuffix("\"}") else { return nil }
        self.head = head
        if let found = Self.seal(line, endingAt: line.count - 2) {
            (bodyCount, hash) = found
            signature = nil
            return
        }
        let signatureStart = line.count - 2 - Self.signatureDigits
        guard signatureStart > 0, let found = Self.seal(line, endingAt: signatureStart - Self.signatureMember.count),
            line.has(Self.signatureMember, at: signatureStart - Self.signatureMember.count)
        else { return nil }
        (bodyCount, hash) = found
        signature = String(decoding: line[signatureStart..<(line.count - 2)], as: UTF8.self)
    }

    /// What stands between the digits of the hash and those of the signature.
    static let signatureMember = "\",\"signature\":\"".utf8Bytes
    /// Characters of a signature: 64 bytes in base64.
    static let signatureDigits = 88
    private static let member = "\(RecordChain.member)".utf8Bytes

    private static func seal(_ line: UnsafeRawBufferPointer, endingAt end: Int) -> (Int, RecordDigest)? {
        let start = end - RecordChain.digits
        guard start > member.count, line.has(member, at: start - member.count),
            let hash = RecordDigest(digits: UnsafeRawBufferPointer(rebasing: line[start..<end])),
            // A header that was cut there ends with the hash of what it is bound to.
            !HeaderMembers.isWithinBinding(UnsafeRawBufferPointer(rebasing: line[..<(start - member.count)]))
        else { return nil }
        return (start - member.count, hash)
    }
}

/// How a record of version 2, 3 or 4 begins.
struct RecordHead {
    let version: Int
    let kind: RecordKind
    let writer: UniqueIdentifier
    let sequence: UInt64
    /// Where its sequence number ends.
    let count: Int

    private static let beginnings = [2, 3, RecordBeginning.version].map { ($0, "{\"v\":\($0),\"kind\":\"".utf8Bytes) }
    private static let time = "\",\"time\":\"".utf8Bytes
    private static let writer = "\",\"writer\":\"".utf8Bytes
    private static let sequence = "\",\"seq\":".utf8Bytes
    private static let kinds = RecordKind.allCases.map { ($0, $0.rawValue.utf8Bytes) }

    /// `nil` where the line begins in any other way.
    init?(_ line: UnsafeRawBufferPointer) {
        guard let (version, beginning) = Self.beginnings.last(where: { line.has($0.1, at: 0) }),
            let (kind, word) = Self.kinds.first(where: { kind in
                line.has(kind.1, at: beginning.count) && line.has(Self.time, at: beginning.count + kind.1.count)
            })
        else { return nil }
        self.version = version
        self.kind = kind
        var position = beginning.count + word.count + Self.time.count + Self.timeLength
        guard line.has(Self.writer, at: position) else { return nil }
        position += Self.writer.count
        guard let writer = UniqueIdentifier(lowercase: line, at: position) else { return nil }
        self.writer = writer
        position += UniqueIdentifier.textLength
        guard line.has(Self.sequence, at: position) else { return nil }
        position += Self.sequence.count
        let start = position
        var sequence: UInt64 = 0
        while position < line.count, position - start < 19, case let digit = line[position] &- UInt8(ascii: "0"),
            digit < 10
        {
            sequence = sequence * 10 + UInt64(digit)
            position += 1
        }
        guard position > start, position < line.count, line[position] == UInt8(ascii: ",") else { return nil }
        self.sequence = sequence
        count = position
    }

    /// Where a record may begin within a line, from an offset on.
    static func firstOffset(in line: UnsafeRawBufferPointer, from offset: Int) -> Int? {
        beginnings.compactMap { line.firstOffset(of: $0.1, from: offset) }.min()
    }

    /// Characters of a time to the microsecond.
    private static let timeLength = 27
}

// MARK: - Bytes

extension String {
    var utf8Bytes: [UInt8] { Array(utf8) }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes stand at an offset.
    @inline(__always)
    func has(_ bytes: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, count - offset >= bytes.count, let start = baseAddress else { return false }
        return bytes.withUnsafeBytes { memcmp(start + offset, $0.baseAddress ?? start, bytes.count) == 0 }
    }

    func hasSuffix(_ text: StaticString) -> Bool {
        guard let start = baseAddress, count >= text.utf8CodeUnitCount else { return false }
        return memcmp(start + count - text.utf8CodeUnitCount, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// Where these bytes first stand, from an offset on.
    func firstOffset(of bytes: [UInt8], from offset: Int = 0) -> Int? {
        guard let start = baseAddress, let first = bytes.first else { return nil }
        var position = offset
        while position + bytes.count <= count,
            let found = memchr(start + position, CInt(first), count - bytes.count - position + 1)
        {
            position = UnsafeRawPointer(found) - start
            if has(bytes, at: position) { return position }
            position += 1
        }
        return nil
    }

    /// Where these bytes last stand.
    func lastOffset(of bytes: [UInt8]) -> Int? {
        var last: Int?
        var next = firstOffset(of: bytes)
        while let found = next {
            last = found
            next = firstOffset(of: bytes, from: found + 1)
        }
        return last
    }
}

extension UniqueIdentifier {
    /// The identifier whose text, in lowercase, stands at an offset; `nil` where none does.
    fileprivate init?(lowercase line: UnsafeRawBufferPointer, at offset: Int) {
        let dash = UInt8(ascii: "-")
        guard line.count >= offset + Self.textLength, line[offset + 8] == dash, line[offset + 13] == dash,
            line[offset + 18] == dash, line[offset + 23] == dash
        else { return nil }
        func part(_ start: Int, _ count: Int) -> UInt64? {
            HexDigits.value(UnsafeRawBufferPointer(rebasing: line[offset + start..<offset + start + count]))
        }
        guard let first = part(0, 8), let second = part(9, 4), let third = part(14, 4), let fourth = part(19, 4),
            let fifth = part(24, 12)
        else { return nil }
        self.init(high: first << 32 | second << 16 | third, low: fourth << 48 | fifth)
    }
}
