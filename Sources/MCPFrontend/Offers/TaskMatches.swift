import OperationCatalogue

/// The tasks that somebody may mean who has typed the beginning of an id, or words of a title.
struct TaskMatches {
    /// The best first: by id, by the beginning of the title, by words in it; among equals the active ones first.
    let ids: [String]

    init(_ typed: String, among tasks: [JSONValue]) {
        let beginning = typed.lowercased()
        let words = beginning.words
        let matches = tasks.compactMap { task -> (id: String, rank: Int)? in
            guard let id = task[.id]?.stringValue else { return nil }
            let title = task[.title]?.stringValue?.lowercased() ?? ""
            guard let rank = Self.rank(beginning, words, id: id, title: title) else { return nil }
            return (id, rank * 2 + (Self.isActive(task) ? 0 : 1))
        }
        // One pass for each rank keeps the tasks of a rank in their order.
        ids = (0..<6).flatMap { rank in matches.filter { $0.rank == rank }.map(\.id) }
    }

    private static func rank(_ beginning: String, _ words: [Substring], id: String, title: String) -> Int? {
        if id.lowercased().hasPrefix(beginning) { return 0 }
        if title.hasPrefix(beginning) { return 1 }
        return !words.isEmpty && words.allSatisfy { title.hasWord(beginningWith: $0) } ? 2 : nil
    }

    static func isActive(_ task: JSONValue) -> Bool {
        task[.status]?.stringValue.flatMap(TaskStatus.init(rawValue:))?.isActive ?? false
    }
}

extension String {
    /// The runs of letters and numbers.
    var words: [Substring] { split { !$0.isLetter && !$0.isNumber } }

    func hasWord(beginningWith beginning: some StringProtocol) -> Bool {
        words.contains { $0.hasPrefix(beginning) }
    }
}
