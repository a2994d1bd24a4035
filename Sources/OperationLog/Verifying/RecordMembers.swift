import OperationCatalogue

/// The members of a header that bind it. Quotes within texts stand behind a backslash, so these words are found nowhere else.
enum HeaderMembers {
    private static let previousMember = ",\"prev\":\"".utf8Bytes
    private static let keyMember = ",\"key\":\"".utf8Bytes
    /// Characters of a public key: 32 bytes in base64.
    private static let keyDigits = 44

    /// The hash of the writer's record before.
    static func previous(in body: UnsafeRawBufferPointer) -> RecordDigest? {
        text(previousMember, RecordChain.digits, in: body).flatMap { RecordDigest(digits: $0) }
    }

    /// The public key, in base64.
    static func key(in body: UnsafeRawBufferPointer) -> String? {
        text(keyMember, keyDigits, in: body).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What a header says of what stood before it, whoever wrote that.
    static func binding(in body: UnsafeRawBufferPointer) -> HeaderBinding? {
        if let (offset, hash) = numberAndDigest(afterMember, ",\"hash\":\"".utf8Bytes, in: body) {
            return .after(offset: offset, hash: hash)
        }
        if let (bytes, digest) = numberAndDigest(segmentMember, ",\"sha256\":\"".utf8Bytes, in: body) {
            return .segment(bytes: bytes, digest: digest)
        }
        return nil
    }

    /// Whether bytes end where the hash within `after` would follow.
    static func isWithinBinding(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let digits = bytes.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        return digits > 0 && bytes.has(afterMember, at: bytes.count - digits - afterMember.count)
    }

    private static let afterMember = ",\"after\":{\"offset\":".utf8Bytes
    private static let segmentMember = ",\"segment\":{\"bytes\":".utf8Bytes

    private static func numberAndDigest(
        _ first: [UInt8], _ second: [UInt8], in body: UnsafeRawBufferPointer
    ) -> (Int64, RecordDigest)? {
        guard let start = body.firstOffset(of: first) else { return nil }
        let digits = body[(start + first.count)...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = Int64(String(decoding: digits, as: UTF8.self)), body.has(second, at: digits.endIndex)
        else { return nil }
        let hash = digits.endIndex + second.count
        guard hash + RecordChain.digits <= body.count,
            let digest = RecordDigest(
                digits: UnsafeRawBufferPointer(rebasing: body[hash..<(hash + RecordChain.digits)]))
        else { return nil }
        return (number, digest)
    }

    private static func text(
        _ member: [UInt8], _ count: Int, in body: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard let start = body.firstOffset(of: member), start + member.count + count < body.count else { return nil }
        return UnsafeRawBufferPointer(rebasing: body[(start + member.count)..<(start + member.count + count)])
    }
}

/// The members of the records that a log keeps of itself.
enum LogKeepingMembers {
    /// What a `log.recovered` record says of a torn line.
    struct Torn {
        let offset: Int64
        let count: Int64
        let digest: String
    }

    static func torn(in body: UnsafeRawBufferPointer) -> Torn? {
        guard let record = object(body), let offset = record["offset"]?.integerValue,
            let count = record["bytes"]?.integerValue, let digest = record["sha256"]?.stringValue
        else { return nil }
        return Torn(offset: offset, count: count, digest: digest)
    }

    /// The names of the segments that a `log.removed` record says were removed.
    static func removedSegments(in body: UnsafeRawBufferPointer) -> [String] {
        object(body)?["segments"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
    }

    private static func object(_ body: UnsafeRawBufferPointer) -> JSONValue? {
        try? JSONReader.value([UInt8](body) + [UInt8(ascii: "}")])
    }
}
