import Glibc
import OperationCatalogue

/// A database file and its folder, before SQLite opens them.
struct DatabaseFolder {
    let path: String
    /// As the subject of a sentence: "the task store".
    let noun: String

    private var folder: String { Self.folder(of: path) }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    /// Makes what is missing: the folders on the way for this user alone (0700), and an empty file (0600), whose mode SQLite
    /// gives to the files beside it. What is there keeps its mode.
    ///
    /// - Throws: ``ErrorCode/backendUnreachable``, also where this user may not write the file.
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
        guard reason == EEXIST else { throw error("cannot create \(noun) \(path)", reason) }
        try check()
        guard access(path, R_OK | W_OK) == 0 else {
            throw error("\(noun) \(path) cannot be read and written by this user", errno)
        }
    }

    /// - Throws: ``ErrorCode/backendUnreachable`` for what is there and no file that this user may read.
    func check() throws(OperationError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            // What is wrong with its folder is said where that would be made.
            if errno == ENOENT || errno == ENOTDIR { return }
            throw error("cannot open \(noun) \(path)", errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "no regular file"
            throw OperationError(
                .backendUnreachable, "\(noun) \(path) is \(kind): name a file as sqlite:/path/to/tasks.sqlite")
        }
        guard access(path, R_OK) == 0 else { throw error("\(noun) \(path) cannot be read by this user", errno) }
    }

    /// How a connection that only reads may open the file.
    enum Way {
        /// As every other: with the files beside it, which it makes and takes away as needed.
        case shared
        /// With what others have left beside it, changing nothing.
        case readOnly
        /// As a file that nobody changes.
        case immutable
    }

    var way: Way {
        let companions = ["-wal", "-shm"].allSatisfy { access(path + $0, R_OK | W_OK) == 0 }
        if access(path, W_OK) == 0, companions || access(folder, W_OK) == 0 { return .shared }
        return SQLiteFile.size(path + "-wal") == 0 ? .immutable : .readOnly
    }

    /// Makes the folders on the way that are missing, for this user alone (0700).
    func makeFolder() throws(OperationError) { try makeFolders(folder) }

    private func makeFolders(_ folder: String) throws(OperationError) {
        var status = stat()
        if stat(folder, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw OperationError(
                    .backendUnreachable,
                    "\(noun) \(path) cannot be there: \(folder) is a file, and a folder was expected"
                )
            }
            return
        }
        if folder != "/", !folder.isEmpty { try makeFolders(Self.folder(of: folder)) }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw error("cannot create the folder \(folder) for \(noun)", errno)
        }
    }

    private func error(_ sentence: String, _ reason: CInt) -> OperationError {
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

    /// Runs `body` while no other process makes, upgrades or restores a database in the same folder. Waits for ten seconds at most,
    /// and goes on without the lock where there is none to be had.
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
