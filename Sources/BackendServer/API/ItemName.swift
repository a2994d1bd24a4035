import OperationCatalogue

/// What an item is asked for by.
enum ItemName: Sendable {
    case identifier, sequence, reference

    /// The name that a segment of the path holds.
    ///
    /// - Throws: ``ErrorCode/invalidRequest`` where it holds none of this kind.
    func name(_ text: String) throws(OperationError) -> TaskName {
        switch self {
        case .identifier:
            guard UniqueIdentifier(text) != nil else { throw OperationError(.notFound, "task not found") }
            return .identifier(text)
        case .sequence:
            // The shorthand `#1842` is the same.
            let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
            guard let sequence = Self.sequence(digits) else {
                throw OperationError(.invalidRequest, "expected a sequence number such as 1842 or #1842")
            }
            return .sequence(sequence, slug: nil)
        case .reference:
            guard let hyphen = text.lastIndex(of: "-"), hyphen > text.startIndex,
                let sequence = Self.sequence(text[text.index(after: hyphen)...])
            else { throw OperationError(.invalidRequest, "expected a reference such as ada-1842") }
            return .sequence(sequence, slug: String(text[..<hyphen]))
        }
    }

    private static func sequence(_ digits: Substring) -> Int64? {
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int64(digits)
    }
}

/// What a task is asked for by.
enum TaskName: Hashable, Sendable {
    case identifier(String)
    /// The number, with the first part of its `ref` where that is said.
    case sequence(Int64, slug: String?)
}

extension OwnerRegistry {
    /// The identifier of a task of an account.
    ///
    /// - Throws: ``ErrorCode/notFound``, also where it is somebody else's, and what the store throws.
    func task(_ name: TaskName, of account: Account) async throws(OperationError) -> String {
        switch name {
        case .identifier(let id): return id
        case .sequence(let sequence, let slug):
            guard let id = try await task(sequence, slug: slug, of: account.id) else {
                throw OperationError(.notFound, "task not found")
            }
            return id.description
        }
    }
}

/// A task as the one of several kinds of items that it is to this part of the API (`ItemDetail`).
enum ItemDetail {
    /// The store knows no blockers, so nothing blocks and nothing is blocked.
    private static let members = Array(#","kind":"task","blocked":false,"is_blocker":false}"#.utf8)

    static func text(of task: JSONText) -> JSONText {
        JSONText(trusted: task.bytes.dropLast() + members)
    }
}

extension OperationResult {
    func map(_ change: (JSONText) -> JSONText) -> OperationResult {
        if case .ok(let payload, let changes) = self { return .ok(change(payload), changes: changes) }
        return self
    }
}
