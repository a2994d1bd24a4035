import OperationCatalogue

/// The records that a log keeps of itself.
extension RecordEncoder {
    /// Who writes: a writer's first record in a segment. It repeats the hash of the writer's record before, if there is one, and
    /// says what stood before it in the log.
    mutating func header(sequence: UInt64, origin: LogWriter.Origin, sync: LogSync, binding: HeaderBinding?) {
        let previous = chain.last
        beginRecord(sequence)
        buffer.append(",\"pid\":")
        buffer.append(decimal: origin.process)
        buffer.append(",\"program\":{\"name\":\"deferno\",\"version\":")
        name(origin.version)
        buffer.append("}")
        if let host = origin.host {
            buffer.append(",\"host\":")
            name(host)
        }
        buffer.append(",\"sync\":")
        string(sync.rawValue)
        if let key {
            buffer.append(",\"key\":")
            string(key.publicKey)
        }
        if !previous.isEmpty {
            buffer.append(",\"prev\":\"")
            buffer.append(previous)
            buffer.append("\"")
        }
        if let binding { self.binding(binding) }
        endRecord()
    }

    private mutating func binding(_ binding: HeaderBinding) {
        let digest: RecordDigest
        switch binding {
        case .after(let offset, let hash):
            buffer.append(",\"after\":{\"offset\":")
            buffer.append(decimal: offset)
            buffer.append(",\"hash\":\"")
            digest = hash
        case .segment(let bytes, let sum):
            buffer.append(",\"segment\":{\"bytes\":")
            buffer.append(decimal: bytes)
            buffer.append(",\"sha256\":\"")
            digest = sum
        }
        digest.withDigits { buffer.append($0) }
        buffer.append("\"}")
    }

    /// What the writer has written up to here, signed where there is a key.
    mutating func checkpoint(sequence: UInt64, isFinal: Bool) {
        beginRecord(sequence)
        if isFinal { buffer.append(",\"final\":true") }
        endRecord(isSigned: true)
    }

    /// A line that was torn when this writer found it, and is set apart now.
    mutating func recovered(_ torn: TornLine, sequence: UInt64) {
        beginRecord(sequence)
        buffer.append(",\"offset\":")
        buffer.append(decimal: torn.offset)
        buffer.append(",\"bytes\":")
        buffer.append(decimal: torn.count)
        buffer.append(",\"sha256\":")
        string(torn.digest)
        endRecord()
    }

    /// Finished segments that are about to be removed.
    mutating func removed(_ retired: borrowing RetiredSegments, sequence: UInt64) {
        let segments = retired.segments.map { segment -> JSONValue in
            ["name": .string(segment.name), "bytes": .integer(segment.size), "time": .string(segment.time)]
        }
        beginRecord(sequence)
        buffer.append(",\"reason\":")
        string(retired.reason)
        buffer.append(",\"segments\":")
        buffer.append(JSONText(.array(segments)).bytes)
        endRecord()
    }
}
