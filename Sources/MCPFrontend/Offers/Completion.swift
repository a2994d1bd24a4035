package import OperationCatalogue

/// What a value may be completed to, from the best match on.
package struct Completion: Hashable, Sendable {
    /// At most 100.
    package let values: [String]
    /// How many there are altogether.
    package let total: Int

    package var hasMore: Bool { total > values.count }

    package static let empty = Completion([])

    /// The protocol's limit.
    package static let maximumCount = 100

    init(_ matches: [String]) {
        values = Array(matches.prefix(Self.maximumCount))
        total = matches.count
    }

    /// Appends the member `completion` of a `CompleteResult` into an object that has begun.
    package func writeMembers(to writer: inout JSONWriter) {
        writer.key("completion")
        writer.beginObject()
        writer.key("values")
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
        writer.key("total")
        writer.integer(total)
        writer.key("hasMore")
        writer.bool(hasMore)
        writer.endObject()
    }
}

/// What is suggested for an argument.
enum Suggestion: Hashable, Sendable {
    case taskIDs
    case statuses
    case labels
    case statusesAndLabels
}
