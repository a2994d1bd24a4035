import GRDBSQLite
import OperationCatalogue
import SQLiteFile

/// The row a statement stands on. It is good until the statement moves on.
struct ResultRow {
    let handle: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func bool(_ column: Int32) -> Bool { integer(column) != 0 }

    func optionalDouble(_ column: Int32) -> Double? {
        isNull(column) ? nil : sqlite3_column_double(handle, column)
    }

    /// The text; bytes that are no UTF-8, which only a damaged file can hold, are replaced.
    func text(_ column: Int32) -> String {
        String(decoding: bytes(column), as: UTF8.self)
    }

    func json(_ column: Int32) -> JSONText {
        JSONText(trusted: Array(bytes(column)))
    }

    /// The labels of a task, which stand there as a JSON array of strings.
    ///
    /// - Throws: ``SQLiteFailure`` where they do not.
    func labels(_ column: Int32) throws -> [String] {
        let bytes = bytes(column)
        if bytes.count == 2 { return [] }
        guard let elements = try? JSONReader.value(bytes).arrayValue else {
            throw SQLiteFailure(code: 11, message: "the labels of a task are damaged")
        }
        return elements.compactMap(\.stringValue)
    }

    func identifier(_ column: Int32) -> UniqueIdentifier? {
        let bytes = bytes(column)
        guard bytes.count == 16 else { return nil }
        return UniqueIdentifier(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    func time(_ column: Int32) -> Timestamp? {
        isNull(column) ? nil : Timestamp(text(column))
    }

    func mood(_ column: Int32) -> Mood? {
        guard let r = optionalDouble(column), let theta = optionalDouble(column + 1) else { return nil }
        return Mood(r: r, theta: theta)
    }

    func status(_ column: Int32) -> TaskStatus {
        TaskStatus(rawValue: text(column)) ?? .open
    }

    /// The bytes of a text or blob, good until the statement moves on.
    func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
        // The order matters: sqlite3_column_blob may convert the value, and only then is the length right.
        let start = sqlite3_column_blob(handle, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
    }
}
