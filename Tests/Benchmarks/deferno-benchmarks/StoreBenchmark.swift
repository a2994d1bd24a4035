import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import SQLiteBackend

/// Creates into the embedded store, with the log on, beside the `sqlite3` shell that inserts the same rows.
enum StoreBenchmark {
    static let count = 100_000

    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        let statements = try await statements(in: workspace)
        var round = 0
        let (creates, inserts) = try await sideBySide(
            rounds: 3,
            {
                round += 1
                return try await createsPerSecond(in: workspace, round)
            },
            { try insertsPerSecond(statements, in: workspace, round) }
        )
        return [
            Measurement(
                name: "creates into SQLite, log on",
                unit: "creates/s",
                value: creates,
                reference: ("bare inserts by the sqlite3 shell in one transaction", inserts)
            )
        ]
    }

    private static func createsPerSecond(in workspace: Workspace, _ round: Int) async throws -> Double {
        let log = OperationLog(.file(workspace.file("store-\(round).ndjson")), version: "benchmark")
        let backend = SQLiteBackend(location: SQLiteLocation(path: workspace.file("store-\(round).sqlite")))
        let rate = try await PipelineBenchmark.operationsPerSecond(
            count, from: .different(count), through: backend, log: log)
        await backend.close()
        return rate
    }

    /// One file of INSERT statements for the rows that the creates make, in one transaction, with the same columns.
    private static func statements(in workspace: Workspace) async throws -> String {
        let path = workspace.file("inserts.sql")
        try workspace.write(path) { append in
            append("PRAGMA journal_mode = WAL;\nBEGIN;\n")
            append(
                """
                CREATE TABLE tasks (
                    key INTEGER PRIMARY KEY, owner TEXT NOT NULL, id TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL,
                    title TEXT NOT NULL, description TEXT NOT NULL, labels TEXT NOT NULL, status TEXT NOT NULL,
                    parent_id TEXT, position INTEGER, next_task_id TEXT, assignee TEXT, complete_by TEXT,
                    productive REAL, desire REAL, pinned INTEGER NOT NULL, date_created TEXT NOT NULL,
                    finished_at TEXT, deleted_at TEXT, rev INTEGER NOT NULL) STRICT;

                """
            )
            for number in 0..<count {
                append(
                    """
                    INSERT INTO tasks VALUES (NULL, 'local', '\(UniqueIdentifier.version7())', \(number), \
                    'Buy milk number \(number)', 'From the shop around the corner', '["home","shopping"]', 'open', \
                    NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, '2026-11-30T17:00:00.123456789Z', NULL, NULL, \(number));

                    """
                )
            }
            append("COMMIT;\n")
        }
        return path
    }

    private static func insertsPerSecond(_ statements: String, in workspace: Workspace, _ round: Int) throws -> Double {
        let store = workspace.file("bare-\(round).sqlite")
        let result = try Program.run("/usr/bin/sqlite3", [store], input: statements)
        guard result.status == 0 else { throw BenchmarkFailure("sqlite3 ended with status \(result.status)") }
        return Double(count) / result.seconds
    }
}
