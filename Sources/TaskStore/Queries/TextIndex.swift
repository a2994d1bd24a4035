import Glibc
package import OperationCatalogue
import TaskRules

/// The words of tasks, and which tasks match a query best: what SQLite's full-text index gives (sqlite.org/fts5.html, tokenizer
/// `unicode61` with `remove_diacritics 2`, rank `bm25(8, 4, 1)` over title, labels and description), worked out over all tasks.
struct TextIndex {
    /// The words of each task, by column.
    private let documents: [[[String]]]

    init(_ tasks: [StoredTask]) {
        documents = tasks.map { task in
            [task.state.title, JSONText(labels: task.state.labels).description, task.state.description]
                .map { Tokenizer.words(of: SearchText.indexed($0)) }
        }
    }

    /// The places of the tasks that hold every phrase of the query, the best first; of equals the first.
    func matches(_ query: SearchQuery) -> [Int] {
        let lengths = documents.map { document in Double(document.reduce(0) { $0 + $1.count }) }
        let average = lengths.reduce(0, +) / Double(max(1, documents.count))
        var scores = [Double](repeating: 0, count: documents.count)
        var found = Array(documents.indices)
        for phrase in query.phrases {
            let hits = documents.map { document in document.map { phrase.count(in: $0) } }
            let rows = hits.count { $0.contains { $0 > 0 } }
            found.removeAll { hits[$0].allSatisfy { $0 == 0 } }
            let weight = max(log((Double(documents.count - rows) + 0.5) / (Double(rows) + 0.5)), 1e-6)
            for index in found {
                let frequency = zip(hits[index], Self.weights).reduce(0) { $0 + Double($1.0) * $1.1 }
                let length = 1 - Self.b + Self.b * lengths[index] / average
                scores[index] += weight * frequency * (Self.k1 + 1) / (frequency + Self.k1 * length)
            }
        }
        return found.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    }

    // The constants of FTS5's bm25 function, and the weights of the columns.
    private static let k1 = 1.2
    private static let b = 0.75
    private static let weights = [8.0, 4.0, 1.0]
}

/// What a query asks for: phrases that must all be there, the last of which may be the beginning of a word.
struct SearchQuery {
    let phrases: [Phrase]

    /// Words that stand side by side.
    struct Phrase {
        let words: [String]
        let isPrefix: Bool

        /// How often it stands in a text.
        func count(in text: [String]) -> Int {
            guard text.count >= words.count else { return 0 }
            return (0...text.count - words.count).count { start in
                zip(words, text[start...]).enumerated().allSatisfy { index, pair in
                    let (wanted, word) = (pair.0.unicodeScalars, pair.1.unicodeScalars)
                    return index == words.count - 1 && isPrefix
                        ? word.starts(with: wanted) : word.elementsEqual(wanted)
                }
            }
        }
    }

    /// `nil` where the query holds no word.
    init?(_ query: String) {
        let parts = query.split(whereSeparator: \.isWhitespace).map { SearchText.indexed(String($0)) }
            .filter(SearchText.hasWord).map(Tokenizer.words).filter { !$0.isEmpty }
        guard !parts.isEmpty else { return nil }
        phrases = parts.enumerated().map { Phrase(words: $1, isPrefix: $0 == parts.count - 1) }
    }
}

extension TaskTransaction {
    /// Writes the tasks that hold every word of the query, the best match first. A query without any word, such as one of
    /// punctuation only, finds nothing.
    package func writeMatches(of operation: SearchTasks, into writer: inout JSONWriter) throws {
        guard let query = SearchQuery(operation.query) else { return writer.raw(.emptyArray) }
        let forest = try TaskForest(of: self)
        let matches = TextIndex(forest.tasks).matches(query).lazy.map { forest.tasks[$0] }.filter(operation.admits)
        writer.beginArray()
        for task in matches.prefix(SearchTasks.mostResults) {
            try forest.summary(of: task).write(into: &writer)
            try writer.relieve()
        }
        writer.endArray()
    }
}

extension SearchTasks {
    /// Whether a task is one of those that the query is narrowed down to.
    fileprivate func admits(_ task: StoredTask) -> Bool {
        let state = task.state
        if let status, state.status != status { return false }
        if let label, !state.labels.contains(label) { return false }
        if let from, state.created < from { return false }
        if let to, state.created >= to { return false }
        if let parentID, state.parentID != parentID { return false }
        return true
    }
}
