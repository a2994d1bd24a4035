import GRDBSQLite
import Glibc

/// The `-wal` file beside a database: whether the two belong together.
///
/// Every transaction leaves a new mark (``FileMark``) and names the one before it. What the database file itself holds was brought
/// there from the `-wal` file, wholly or in part, or is what that file began from. So its mark is one of those in the `-wal` file, or
/// the one that the first of them has found. A file with any other mark is another one: a backup of another time, say.
enum WriteAheadLog {
    enum Belonging {
        case together
        case apart
        /// Nothing is there to compare: no `-wal` file, an empty one, or a file from before there were marks.
        case untold
    }

    /// Looks at both files as they are on the disk, without any lock.
    static func belonging(to path: String) -> Belonging {
        guard let log = Frames(path: path + "-wal"), log.hasFrame else { return .untold }
        // SQLite makes the first page before there is a -wal file.
        guard SQLiteFile.size(path) > 0 else { return .apart }
        guard let (page, mark) = mark(inFile: path) else { return .untold }
        var known: Set<[UInt8]> = []
        log.forEachImage(ofPage: page) { image in
            guard let (current, previous) = FileMark.values(onPage: image) else { return }
            if known.isEmpty { known.insert(previous) }
            known.insert(current)
        }
        return known.isEmpty ? .untold : known.contains(mark) ? .together : .apart
    }

    /// The same, asked again where the answer is no: while another process brings pages home, what is read can be half of two.
    static func belongingForSure(to path: String) -> Belonging {
        for attempt in 0..<3 {
            if attempt > 0 { usleep(20_000) }
            let belonging = belonging(to: path)
            if case .apart = belonging { continue }
            return belonging
        }
        return .apart
    }

    /// The mark that the database file holds by itself, and the page that it is on.
    ///
    /// SQLite reads it, and no descriptor of our own: closing one would take the locks away that this process has on the file
    /// (sqlite.org/howtocorrupt.html, section 2.2).
    private static func mark(inFile path: String) -> (page: UInt32, mark: [UInt8])? {
        var connection: OpaquePointer?
        defer { sqlite3_close(connection) }
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(ImmutableAddress.of(path), &connection, flags, nil) == SQLITE_OK else { return nil }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        let query = """
            SELECT s.rootpage, m.current FROM \(FileMark.table) m, sqlite_schema s WHERE s.name = '\(FileMark.table)'
            """
        guard sqlite3_prepare_v2(connection, query, -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { return nil }
        let start = sqlite3_column_blob(statement, 1)
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, 1)))
        return (UInt32(truncatingIfNeeded: sqlite3_column_int64(statement, 0)), Array(bytes))
    }
}

/// The address with which SQLite reads a file as it is: without locks, without the `-wal` file, and without writing anything
/// (sqlite.org/uri.html, "immutable").
enum ImmutableAddress {
    static func of(_ path: String) -> String {
        var address = "file:"
        for byte in path.utf8 {
            let isPlain =
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "/-._~".utf8.contains(byte)
                }
            if isPlain {
                address.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                address += (byte < 16 ? "%0" : "%") + String(byte, radix: 16)
            }
        }
        return address + "?immutable=1&mode=ro"
    }
}

/// The frames of a `-wal` file that count (sqlite.org/fileformat.html, section 4.1): those behind the header with its salts. SQLite
/// does not lock this file, so a descriptor of our own does no harm.
private struct Frames: ~Copyable {
    private let descriptor: CInt
    private let pageSize: Int
    private let salts: [UInt8]

    init?(path: String) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        guard let header = Self.read(32, at: 0, of: opened) else {
            close(opened)
            return nil
        }
        let size = header[8..<12].reduce(0) { $0 << 8 | Int($1) }
        guard header[0] == 0x37, header[1] == 0x7F, header[2] == 0x06, (512...65_536).contains(size) else {
            close(opened)
            return nil
        }
        descriptor = opened
        pageSize = size
        salts = Array(header[16..<24])
    }

    deinit { close(descriptor) }

    var hasFrame: Bool { page(ofFrame: 0) != nil }

    /// Hands on every image of a page, the oldest first.
    func forEachImage(ofPage number: UInt32, _ body: ([UInt8]) -> Void) {
        var frame = 0
        while let page = page(ofFrame: frame) {
            if page == number, let image = Self.read(pageSize, at: offset(frame) + 24, of: descriptor) { body(image) }
            frame += 1
        }
    }

    /// The page that a frame is of; `nil` behind the last.
    private func page(ofFrame frame: Int) -> UInt32? {
        guard let header = Self.read(24, at: offset(frame), of: descriptor), Array(header[8..<16]) == salts else {
            return nil
        }
        return header[0..<4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func offset(_ frame: Int) -> Int { 32 + frame * (24 + pageSize) }

    private static func read(_ count: Int, at offset: Int, of descriptor: CInt) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
    }
}
