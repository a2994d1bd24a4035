import Glibc

/// What tells one file from all others on the machine.
package struct FilePlace: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// That of the file at a path; `nil` where there is none.
    package init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}

/// What changes when somebody writes to a file.
struct FileVersion: Hashable, Sendable {
    let place: FilePlace
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        place = FilePlace(status)
        size = Int64(status.st_size)
        // With the standard library linked in statically, the compiler takes the structure's members for those of a module that
        // nobody can import.
        (seconds, nanoseconds) = unsafeBitCast(status.st_mtim, to: (Int, Int).self)
    }
}

extension SQLiteFile {
    /// The bytes of a file; 0 where there is none.
    static func size(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
