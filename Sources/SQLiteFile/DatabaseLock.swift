import Glibc
package import OperationCatalogue

/// Keeps a database file that this process does not have open from everybody who would open it, while it is replaced.
///
/// Every SQLite connection to a database with a `-wal` file holds a shared lock on some bytes of the database file
/// (sqlite.org/lockingv3.html; the bytes begin at 2^30). Not to be used beside a connection of this process: closing the descriptor
/// would take its locks away.
package struct DatabaseLock: ~Copyable {
    private let descriptor: CInt

    /// - Returns: `nil` where there is no file.
    /// - Throws: ``ErrorCode/invalidState`` where another process has it open.
    package init?(path: String, noun: String) throws(OperationError) {
        let opened = open(path, O_RDWR | O_CLOEXEC)
        guard opened >= 0 else {
            if errno == ENOENT { return nil }
            throw OperationError(
                .backendUnreachable, "\(noun) \(path) cannot be read and written by this user",
                cause: String(cString: strerror(errno)))
        }
        var lock = Self.range
        guard fcntl(opened, F_SETLK, &lock) == 0 else {
            var holder = Self.range
            let process = fcntl(opened, F_GETLK, &holder) == 0 && holder.l_type != F_UNLCK ? holder.l_pid : 0
            close(opened)
            let who = process > 0 ? "process \(process)" : "another process"
            throw OperationError(
                .invalidState, "\(noun) \(path) is in use by \(who): stop it first, then try again")
        }
        descriptor = opened
    }

    deinit { close(descriptor) }

    private static var range: flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 1 << 30
        lock.l_len = 512
        return lock
    }
}
