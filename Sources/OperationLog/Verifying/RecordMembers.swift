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
