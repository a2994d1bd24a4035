package import GRDB

/// The name of a database's present content: 16 random bytes that every transaction takes the place of, beside those that it
/// has found.
///
/// SQLite does not tie a `-wal` file to its database: left behind by a killed process, it is applied to whatever file stands under
/// the name, also to a backup that was copied there, and both are lost. The marks tie them: see ``WriteAheadLog``.
package enum FileMark {
    static let table = "file_mark"

    /// Makes the table with its one row: for a migration.
    package static func make(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE \(table) (
                    key INTEGER PRIMARY KEY CHECK (key = 1), current BLOB NOT NULL, previous BLOB NOT NULL
                );
                INSERT INTO \(table) (key, current, previous) VALUES (1, randomblob(16), randomblob(16));
                """)
    }

    /// The last thing of a transaction before its commit.
    static func advance(in database: Database) throws {
        try database.cachedStatement(sql: "UPDATE \(table) SET previous = current, current = randomblob(16)").execute()
    }

    /// Makes a copy one that no `-wal` file belongs to.
    static func renew(in database: Database) throws {
        guard try database.tableExists(table) else { return }
        try database.execute(sql: "UPDATE \(table) SET current = randomblob(16), previous = randomblob(16)")
    }

    /// What a page of the table holds; `nil` where it is none.
    ///
    /// The table is one leaf page with one row, which is a key without a value of its own and two blobs of 16 bytes
    /// (sqlite.org/fileformat.html, sections 1.6 and 2.1).
    static func values(onPage page: [UInt8]) -> (current: [UInt8], previous: [UInt8])? {
        let header: [UInt8] = [4, 0, 44, 44]
        guard page.count >= 512, page[0] == 13, page[3] == 0, page[4] == 1 else { return nil }
        let cell = Int(page[8]) << 8 | Int(page[9])
        guard cell + 38 <= page.count, page[cell] == 36, page[cell + 1] == 1, Array(page[cell + 2..<cell + 6]) == header
        else { return nil }
        return (Array(page[cell + 6..<cell + 22]), Array(page[cell + 22..<cell + 38]))
    }
}
