import GRDB
import GRDBSQLite
import OperationCatalogue
import SQLiteFile
import TaskStore

/// The tables, and how older stores become newer ones.
enum Schema {
    /// What marks a file as a task store of deferno: `DFRN`, at byte 68 of the file (sqlite.org/fileformat.html).
    static let applicationID: Int64 = 0x4446_524E

    /// Every change of the schema by name, in order. A name never changes once it has been released.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 owners and tasks") { database in
            try database.execute(sql: ownersAndTasks)
            try addLocalOwner(database)
        }
        migrator.registerMigration("2 full-text search") { database in
            try database.execute(sql: fullTextSearch)
        }
        migrator.registerMigration("3 mark of the content") { try FileMark.make(in: $0) }
        migrator.registerMigration("4 search inside text without spaces") { try indexUnspacedText($0) }
        return migrator
    }

    /// STRICT tables came with SQLite 3.37.
    private static var strict: String { sqlite3_libversion_number() >= 3_037_000 ? " STRICT" : "" }

    private static var ownersAndTasks: String {
        """
        CREATE TABLE owner (
            key INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            username TEXT NOT NULL UNIQUE,
            display_name TEXT,
            role TEXT NOT NULL,
            organization BLOB NOT NULL UNIQUE,
            slug TEXT NOT NULL UNIQUE,
            last_sequence INTEGER NOT NULL DEFAULT 0,
            last_revision INTEGER NOT NULL DEFAULT 0
        )\(strict);

        -- What lists read stands first, the long text last.
        CREATE TABLE task (
            key INTEGER PRIMARY KEY,
            owner INTEGER NOT NULL REFERENCES owner (key),
            uuid BLOB NOT NULL UNIQUE,
            status TEXT NOT NULL,
            pinned INTEGER NOT NULL DEFAULT 0,
            parent INTEGER REFERENCES task (key),
            position INTEGER,
            next INTEGER REFERENCES task (key),
            assignee BLOB,
            complete_by TEXT,
            productive REAL,
            desire REAL,
            mood_start_r REAL,
            mood_start_theta REAL,
            mood_finish_r REAL,
            mood_finish_theta REAL,
            date_created TEXT NOT NULL,
            updated_at TEXT,
            finished_at TEXT,
            deleted_at TEXT,
            revision INTEGER NOT NULL,
            labels TEXT NOT NULL,
            title TEXT NOT NULL,
            description TEXT NOT NULL,
            CHECK (key >> \(TaskKey.sequenceBits) = owner),
            CHECK (length(uuid) = 16),
            CHECK (status IN ('open', 'in-progress', 'in-review', 'done', 'dropped', 'pruned')),
            CHECK ((parent IS NULL) = (position IS NULL))
        )\(strict);

        CREATE INDEX task_child ON task (parent, position, status, uuid)
            WHERE parent IS NOT NULL AND deleted_at IS NULL;
        CREATE INDEX task_next ON task (next) WHERE next IS NOT NULL;
        CREATE INDEX task_finished ON task (owner, finished_at) WHERE status = 'done' AND deleted_at IS NULL;
        CREATE INDEX task_pressing ON task (owner, complete_by, status, pinned, desire, productive)
            WHERE \(pressing);
        CREATE INDEX task_waiting ON task (owner, \(attraction) DESC) WHERE \(waiting);

        -- The first action of every task, its creation, is not here: it is the task's date_created.
        CREATE TABLE action (
            task INTEGER NOT NULL REFERENCES task (key),
            number INTEGER NOT NULL,
            owner INTEGER NOT NULL REFERENCES owner (key),
            recorded_at TEXT NOT NULL,
            kind TEXT NOT NULL,
            PRIMARY KEY (task, number)
        )\(strict.isEmpty ? " WITHOUT ROWID" : " STRICT, WITHOUT ROWID");
        """
    }

    /// The rows of the index of active tasks that something speaks for today. A query that is to use the index says the
    /// same.
    static let pressing = """
        deleted_at IS NULL AND status IN ('open', 'in-progress', 'in-review') \
        AND (complete_by IS NOT NULL OR pinned = 1 OR status <> 'open')
        """

    /// The rows of the index of tasks that nobody has begun, and how much they attract.
    static let waiting = "deleted_at IS NULL AND status = 'open' AND pinned = 0"
    static let attraction = "(coalesce(desire, 0.0) + coalesce(productive, 0.0))"

    private static let fullTextSearch = """
        CREATE VIRTUAL TABLE task_text USING fts5 (
            title, labels, description,
            content = 'task', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2'
        );
        INSERT INTO task_text (task_text, rank) VALUES ('rank', 'bm25(8.0, 4.0, 1.0)');
        INSERT INTO task_text (rowid, title, labels, description)
            SELECT key, title, labels, description FROM task WHERE deleted_at IS NULL;
        """

    /// Puts the tasks into the index anew whose text goes there in another form than before.
    private static func indexUnspacedText(_ database: Database) throws {
        let tasks = try Row.fetchCursor(
            database, sql: "SELECT key, title, labels, description FROM task WHERE deleted_at IS NULL")
        let columns = "rowid, title, labels, description"
        while let task = try tasks.next() {
            let key: Int64 = task["key"]
            let old: [String] = [task["title"], task["labels"], task["description"]]
            let new = old.map { SearchText.indexed($0) }
            guard new != old else { continue }
            try database.execute(
                sql: "INSERT INTO task_text (task_text, \(columns)) VALUES ('delete', ?, ?, ?, ?)",
                arguments: [key, old[0], old[1], old[2]])
            try database.execute(
                sql: "INSERT INTO task_text (\(columns)) VALUES (?, ?, ?, ?)", arguments: [key, new[0], new[1], new[2]])
        }
    }

    /// The one user of a store that no server shares.
    private static func addLocalOwner(_ database: Database) throws {
        let identifiers = [UniqueIdentifier.version7(), UniqueIdentifier.version7()]
            .map { $0.octets.withUnsafeBytes { "x'\($0.map(hexadecimal).joined())'" } }
        try database.execute(
            sql: """
                INSERT INTO owner (key, uuid, username, display_name, role, organization, slug)
                VALUES (\(localOwner), \(identifiers[0]), 'local', 'Local User', 'user', \(identifiers[1]), 'local')
                """
        )
    }

    static let localOwner: Int64 = 1

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
