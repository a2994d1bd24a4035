package import GRDB

/// What a database is for: how sentences name it, what marks its file, and how older ones become newer ones.
package struct DatabaseKind: Sendable {
    /// As the subject of a sentence: "the task store".
    package let noun: String
    /// What stands at byte 68 of the file (sqlite.org/fileformat.html, "Application ID"); `nil` for no mark.
    package let applicationID: Int64?
    /// Every change of the schema by name, in order. One of them makes the table of ``FileMark``.
    package let migrator: DatabaseMigrator
    /// The tables without which it answers nobody.
    package let tables: [String]
    /// Connections that read, and so reads that can be under way at the same time.
    package let readers: Int
    /// Memory for pages of each connection, in KiB.
    package let cacheKibibytes: Int
    /// Pages of the file beside it (`-wal`) after which a writer brings them home.
    package let checkpointPages: Int

    package init(
        noun: String, applicationID: Int64?, migrator: DatabaseMigrator, tables: [String], readers: Int,
        cacheKibibytes: Int = 2048, checkpointPages: Int = 1000
    ) {
        self.noun = noun
        self.applicationID = applicationID
        self.migrator = migrator
        self.tables = tables
        self.readers = readers
        self.cacheKibibytes = cacheKibibytes
        self.checkpointPages = checkpointPages
    }
}
