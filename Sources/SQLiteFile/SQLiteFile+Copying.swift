import GRDB
package import OperationCatalogue
import OperationPipeline

extension SQLiteFile {
    /// Copies the database as it is at one moment into a new file, while others go on writing: one file that needs none beside it.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable`` and ``ErrorCode/backendFailed``.
    package func copy(to target: String) async throws(OperationError) {
        do {
            try await read { source in
                let copy = try DatabaseQueue(path: target)
                try copy.inDatabase { copy in
                    try source.backup(to: copy)
                    // A -wal file that stands where the copy is put one day is not its own, whatever moment it is of.
                    try copy.execute(sql: "PRAGMA journal_mode = DELETE")
                    try FileMark.renew(in: copy)
                }
                try copy.close()
            }
        } catch {
            throw self.error(error)
        }
    }

    /// Everything that is wrong with the database, in SQLite's words; nothing for one that is whole. Reads all of it.
    package func faults() async throws(OperationError) -> [String] {
        do {
            return try await read { database in
                let faults = try String.fetchAll(database, sql: "PRAGMA integrity_check(100)").filter { $0 != "ok" }
                let orphans = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").prefix(100)
                return faults
                    + orphans.map { row in
                        "a row of \(row["table"] as String) refers to one of \(row["parent"] as String) that is not there"
                    }
            }
        } catch {
            throw self.error(error)
        }
    }
}
