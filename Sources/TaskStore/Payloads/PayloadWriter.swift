package import OperationCatalogue

/// How an object of a payload is written from a value: for each of its members, in their order.
package struct PayloadWriter<Source>: Sendable {
    private let entries: [Entry]

    package struct Entry: Sendable {
        let member: PayloadMember
        let isThere: (@Sendable (Source) -> Bool)?
        let write: @Sendable (Source, inout JSONWriter) throws -> Void

        package init(
            _ member: PayloadMember, where isThere: (@Sendable (Source) -> Bool)? = nil,
            _ write: @escaping @Sendable (Source, inout JSONWriter) throws -> Void
        ) {
            self.member = member
            self.isThere = isThere
            self.write = write
        }
    }

    package init(_ entries: [Entry]) { self.entries = entries }

    /// The members that it writes, in their order.
    package var members: [PayloadMember] { entries.map(\.member) }

    package func write(_ source: Source, into writer: inout JSONWriter) throws {
        writer.beginObject()
        try writeMembers(of: source, into: &writer)
        writer.endObject()
    }

    /// The same within an object that has begun.
    package func writeMembers(of source: Source, into writer: inout JSONWriter) throws {
        for entry in entries {
            if let isThere = entry.isThere, !isThere(source) { continue }
            writer.key(entry.member)
            try entry.write(source, &writer)
        }
    }
}
