import OperationCatalogue

/// A JSON object that is put together of the members of records.
struct MergedObject {
    private var text: [UInt8] = []

    init(reservingCapacity capacity: Int = 1024) { text.reserveCapacity(capacity) }

    /// - Parameter value: JSON; without one nothing is added.
    mutating func add(_ name: StaticString, _ value: (some Collection<UInt8>)?) {
        guard let value else { return }
        text += text.isEmpty ? "{\"".utf8 : ",\"".utf8
        text += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        text += "\":".utf8
        text += value
    }

    /// - Parameter value: a text that holds nothing that JSON escapes.
    mutating func add(_ name: StaticString, quoted value: String) { add(name, "\"\(value)\"".utf8) }

    /// Ends it, and gives it as a record.
    mutating func read(_ members: inout JSONMembers, _ body: (LogRecord) -> Void) {
        text.append(UInt8(ascii: "}"))
        text.withUnsafeBytes { bytes in
            guard (try? members.read(bytes)) != nil else { return }
            body(LogRecord(bytes, members))
        }
    }
}
