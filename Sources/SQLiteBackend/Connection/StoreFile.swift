import GRDBSQLite
import Glibc
import OperationCatalogue

/// The database file and its folder, before SQLite opens them.
struct StoreFile {
    let path: String

    private var folder: String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Makes what is missing: the folders on the way for this user alone (0700), and an empty file (0600), whose mode SQLite
    /// gives to the files beside it. What is there keeps its mode.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable``.
    func prepare() throws(OperationError) {
        try makeFolders(folder)
        // O_EXCL: closing a descriptor of a file that SQLite has open in this process would take SQLite's locks away
        // (sqlite.org/howtocorrupt.html, section 2.2).
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        let reason = errno
        guard reason == EEXIST else { throw Self.error("cannot create the task store \(path)", reason) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw Self.error("cannot open the task store \(path)", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "no regular file"
            throw OperationError(
                .backendUnreachable, "the task store \(path) is \(kind): name a file as sqlite:/path/to/tasks.sqlite")
        }
        guard access(path, R_OK | W_OK) == 0 else {
            throw Self.error("the task store \(path) cannot be read and written by this user", errno)
        }
    }

    private func makeFolders(_ folder: String) throws(OperationError) {
        var status = stat()
        if stat(folder, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw OperationError(
                    .backendUnreachable,
                    "the task store \(path) cannot be there: \(folder) is a file, and a folder was expected"
                )
            }
            return
        }
        if let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
            try makeFolders(String(folder[..<slash]))
        }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw Self.error("cannot create the folder \(folder) for the task store", errno)
        }
    }

    private static func error(_ sentence: String, _ reason: Int32) -> OperationError {
        let advice =
            switch reason {
            case EACCES, EPERM: "make it accessible for this user, or name another store"
            case EROFS: "its file system is read-only: name another store"
            case ENOSPC, EDQUOT: "there is no space left: free some and try again"
            case ENAMETOOLONG: "the name is too long: name another store"
            default: "check the path, or name another store"
            }
        return OperationError(.backendUnreachable, "\(sentence): \(advice)", cause: String(cString: strerror(reason)))
    }

    /// Runs `body` while no other process opens a store in the same folder, so that of two which find no store there yet
    /// only one makes it. Waits for ten seconds at most, and goes on without the lock where there is none to be had.
    func whileLocked<Value>(_ body: () throws -> Value) rethrows -> Value {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        var attempts = 0
        while descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, attempts < 1000 {
            usleep(10_000)
            attempts += 1
        }
        return try body()
    }
}
