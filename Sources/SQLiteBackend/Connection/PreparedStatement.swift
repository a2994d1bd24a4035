import GRDB
import GRDBSQLite
import OperationCatalogue
import SQLiteFile

/// A compiled statement of one connection, bound and stepped through SQLite's own interface: GRDB's arguments and rows would
/// cost an allocation for each value.
///
/// Parameters count from 1, columns from 0, as in SQLite. One use ends before the next begins.
struct PreparedStatement {
    private let statement: Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ statement: Statement, connection: OpaquePointer) {
        self.statement = statement
        self.handle = statement.sqliteStatement
        self.connection = connection
    }

    // MARK: Parameters

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    func bind(_ index: Int32, _ value: Bool) { sqlite3_bind_int(handle, index, value ? 1 : 0) }

    func bind(_ index: Int32, _ value: Double?) {
        if let value { sqlite3_bind_double(handle, index, value) } else { bindNull(index) }
    }

    func bind(_ index: Int32, _ value: String) {
        var value = value
        value.withUTF8 { bindText(index, UnsafeRawBufferPointer($0)) }
    }

    func bind(_ index: Int32, _ value: String?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    func bind(_ index: Int32, _ value: JSONText) {
        value.bytes.withUnsafeBytes { bindText(index, $0) }
    }

    func bind(_ index: Int32, _ value: UniqueIdentifier) {
        withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { bytes in
            _ = sqlite3_bind_blob(handle, index, bytes.baseAddress, 16, Self.copied)
        }
    }

    func bind(_ index: Int32, _ value: UniqueIdentifier?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    /// Binds the form in which moments are stored; see ``StoredTime``.
    func bind(_ index: Int32, _ value: Timestamp?) {
        guard let value else { return bindNull(index) }
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
            let length = StoredTime.write(value, into: buffer)
            bindText(index, UnsafeRawBufferPointer(rebasing: buffer[..<length]))
        }
    }

    private func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

    private func bindText(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address, which SQLite would take for NULL.
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        if let start {
            sqlite3_bind_text(handle, index, start, Int32(clamping: bytes.count), Self.copied)
        } else {
            sqlite3_bind_text(handle, index, "", 0, Self.copied)
        }
    }

    /// `SQLITE_TRANSIENT`: SQLite makes its own copy.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    // MARK: Running

    /// Runs a statement that returns no rows.
    ///
    /// - Throws: ``SQLiteFailure``.
    func run() throws {
        try step(until: { _ in true })
    }

    /// Runs a statement that changes rows, and tells how many it changed.
    ///
    /// - Throws: ``SQLiteFailure``.
    func runCountingChanges() throws -> Int {
        try run()
        return Int(sqlite3_changes(connection))
    }

    /// What `read` makes of the first row, or `nil` where there is none.
    ///
    /// - Throws: ``SQLiteFailure``, and what `read` throws.
    func first<Value>(_ read: (ResultRow) throws -> Value) throws -> Value? {
        var value: Value?
        try step { row in
            value = try read(row)
            return false
        }
        return value
    }

    /// Hands every row to `body`.
    ///
    /// - Throws: ``SQLiteFailure``, and what `body` throws.
    func forEach(_ body: (ResultRow) throws -> Void) throws {
        try step { row in
            try body(row)
            return true
        }
    }

    private func step(until wantsMore: (ResultRow) throws -> Bool) throws {
        defer { sqlite3_reset(handle) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: if try !wantsMore(ResultRow(handle: handle)) { return }
            case SQLITE_DONE: return
            case let code: throw SQLiteFailure(code: code, connection: connection)
            }
        }
    }
}
