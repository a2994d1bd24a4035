import OperationCatalogue
import TaskStore

extension OwnedTasks {
    /// Writes the tasks that hold every word of the query, the best match first. A query without any word, such as one of
    /// punctuation only, finds nothing.
    func writeMatches(of operation: SearchTasks, into writer: inout JSONWriter) throws {
        guard let match = SearchExpression(operation.query) else { return writer.raw(.emptyArray) }
        let statement = try store.prepare(
            """
            SELECT \(TaskSummary.columns) FROM task_text f JOIN task t ON t.key = f.rowid
            WHERE f.task_text MATCH ?1 AND f.rowid BETWEEN ?2 AND ?3
                AND t.owner = ?4 AND t.deleted_at IS NULL
                AND (?5 IS NULL OR t.status = ?5)
                AND (?6 IS NULL OR EXISTS (SELECT 1 FROM json_each(t.labels) WHERE value = ?6))
                AND (?7 IS NULL OR t.date_created >= ?7)
                AND (?8 IS NULL OR t.date_created < ?8)
                AND (?9 IS NULL OR t.parent = (SELECT key FROM task WHERE uuid = ?9 AND owner = ?4))
            ORDER BY f.rank LIMIT \(SearchTasks.mostResults)
            """
        )
        statement.bind(1, match.text)
        statement.bind(2, owner.taskKeys.lowerBound)
        statement.bind(3, owner.taskKeys.upperBound)
        statement.bind(4, owner.key)
        statement.bind(5, operation.status?.rawValue)
        statement.bind(6, operation.label)
        statement.bind(7, operation.from)
        statement.bind(8, operation.to)
        statement.bind(9, operation.parentID)
        writer.beginArray()
        try statement.forEach { row in
            writer.beginObject()
            try writeSummary(row, into: &writer)
            writer.identity(TaskKey.sequence(of: row.integer(0)), of: user)
            writer.endObject()
            try writer.relieve()
        }
        writer.endArray()
    }
}

/// What a person typed as an expression of FTS5 (sqlite.org/fts5.html, "Full-text Query Syntax"): each word quoted, so that
/// nothing in it has a meaning of its own, and all of them required. The last may be the beginning of a word.
struct SearchExpression {
    let text: String

    /// `nil` where the query holds no word.
    init?(_ query: String) {
        let words = query.split(whereSeparator: \.isWhitespace).map { SearchText.indexed(String($0)) }
            .filter(SearchText.hasWord)
        guard !words.isEmpty else { return nil }
        text =
            words.map(Self.quoted).joined(separator: " AND ") + " *"
    }

    /// By code point: a quotation mark with a diacritic above it is one for SQLite, though not a character of its own.
    private static func quoted(_ word: String) -> String {
        var text = "\""
        for scalar in word.unicodeScalars { text += scalar == "\"" ? "\"\"" : String(scalar) }
        return text + "\""
    }
}
