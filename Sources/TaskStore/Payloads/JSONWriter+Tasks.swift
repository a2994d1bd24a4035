package import OperationCatalogue

extension JSONWriter {
    package mutating func labels(_ labels: [String]) {
        guard !labels.isEmpty else { return raw(.emptyArray) }
        beginArray()
        for label in labels { string(label) }
        endArray()
    }

    /// Writes the short name of a task for people: the owner's slug and the task's number.
    package mutating func reference(of number: Int64, in user: StoreUser) {
        withUnsafeTemporaryAllocation(byteCount: user.slug.utf8.count + 21, alignment: 1) { buffer in
            var length = 0
            for byte in user.slug.utf8 {
                buffer[length] = byte
                length += 1
            }
            buffer[length] = UInt8(ascii: "-")
            length += 1
            var power: Int64 = 1
            while number / power >= 10 { power *= 10 }
            while power > 0 {
                buffer[length] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / power % 10)
                length += 1
                power /= 10
            }
            rawASCII(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
        }
    }

    /// Writes what stands beside a task's own fields: `ref`, `org_slug`, `sequence` and `type`.
    package mutating func identity(_ number: Int64, of user: StoreUser) {
        key(.reference)
        reference(of: number, in: user)
        key(.organization)
        string(user.slug)
        key(.number)
        integer(number)
        key(.type)
        string("task")
    }
}

extension JSONText {
    package static let emptyArray = JSONText(trusted: Array("[]".utf8))

    /// A JSON array of strings.
    package init(labels: [String]) {
        guard !labels.isEmpty else {
            self = .emptyArray
            return
        }
        var writer = JSONWriter(reservingCapacity: labels.count * 16)
        writer.labels(labels)
        self = writer.takeText()
    }
}
