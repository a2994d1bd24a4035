import Glibc
import OperationCatalogue

extension CredentialsFile {
    /// Puts a sign-in in the place of the one that is there, so that at every moment the file holds one or the other whole:
    /// it is written under another name in the same folder (0600), synced, and renamed. The folder is made where it is
    /// missing, and is this user's alone (0700) afterwards.
    ///
    /// - Throws: ``ErrorCode/notSignedIn`` when it could not be saved; the old file is then as it was.
    func write(_ credentials: SavedCredentials) throws(OperationError) {
        let folder = try CredentialsFolder(of: path)
        folder.lock()
        let temporary = folder.temporaryName
        // What is there was left by a process that was ended while it wrote.
        _ = unlinkat(folder.descriptor, temporary, 0)
        do {
            try write(credentials.bytes, to: temporary, in: folder)
        } catch {
            _ = unlinkat(folder.descriptor, temporary, 0)
            throw error
        }
        guard renameat(folder.descriptor, temporary, folder.descriptor, folder.fileName) == 0 else {
            let code = errno
            _ = unlinkat(folder.descriptor, temporary, 0)
            throw CredentialsFolder.failure(path, code)
        }
        _ = fsync(folder.descriptor)
    }

    private func write(
        _ bytes: [UInt8], to name: String, in folder: borrowing CredentialsFolder
    ) throws(OperationError) {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(folder.descriptor, name, flags, 0o600)
        guard descriptor >= 0 else { throw CredentialsFolder.failure(path, errno) }
        defer { close(descriptor) }
        // The umask may have taken away more than others' rights.
        guard fchmod(descriptor, 0o600) == 0 else { throw CredentialsFolder.failure(path, errno) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw CredentialsFolder.failure(path, errno)
            }
        }
        guard fsync(descriptor) == 0 else { throw CredentialsFolder.failure(path, errno) }
    }

    /// Removes the file, and what an interrupted ``write(_:)`` has left. A file that is not there is no error.
    ///
    /// - Throws: ``ErrorCode/notSignedIn`` when it is still there.
    func remove() throws(OperationError) {
        guard exists || CredentialsFile(path: CredentialsFolder.temporaryPath(of: path)).exists else { return }
        let folder = try CredentialsFolder(of: path)
        folder.lock()
        _ = unlinkat(folder.descriptor, folder.temporaryName, 0)
        guard unlinkat(folder.descriptor, folder.fileName, 0) == 0 || errno == ENOENT else {
            throw OperationError(
                .notSignedIn, "the saved sign-in \(path) could not be removed; remove it yourself",
                cause: String(cString: strerror(errno)))
        }
        _ = fsync(folder.descriptor)
    }
}

/// The folder of a credentials file, open. Others keep out of it while it is locked.
struct CredentialsFolder: ~Copyable {
    let descriptor: Int32
    let fileName: String
    /// What the file is called while it is written.
    var temporaryName: String { ".\(fileName).new" }

    /// Where the file is while it is written.
    static func temporaryPath(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return ".\(path).new" }
        return "\(path[...slash]).\(path[path.index(after: slash)...]).new"
    }

    /// Opens the folder above `path`, makes it where it is missing, and sees to it that it is this user's alone.
    init(of path: String) throws(OperationError) {
        (descriptor, fileName) = try Self.open(path)
    }

    deinit {
        close(descriptor)
    }

    private static func open(_ path: String) throws(OperationError) -> (descriptor: Int32, fileName: String) {
        guard let slash = path.lastIndex(of: "/") else { throw failure(path, ENOENT) }
        let folder = String(path[..<slash])
        try make(folder, for: path)
        let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ELOOP || errno == ENOTDIR {
                throw OperationError(
                    .notSignedIn,
                    "the sign-in could not be saved in \(folder), since that is a symbolic link or no folder: make it a folder"
                )
            }
            throw failure(path, errno)
        }
        do {
            try makePrivate(descriptor, folder, for: path)
        } catch {
            close(descriptor)
            throw error
        }
        return (descriptor, String(path[path.index(after: slash)...]))
    }

    private static func makePrivate(
        _ descriptor: Int32, _ folder: String, for path: String
    ) throws(OperationError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
        guard status.st_uid == geteuid() else {
            throw OperationError(
                .notSignedIn, "the sign-in is not saved in \(folder), since the folder belongs to another user")
        }
        if status.st_mode & 0o077 != 0, fchmod(descriptor, 0o700) != 0 { throw failure(path, errno) }
    }

    private static func make(_ folder: String, for path: String) throws(OperationError) {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else {
            throw failure(path, errno)
        }
        try make(String(folder[..<slash]), for: path)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure(path, errno) }
    }

    /// Waits until no other process writes here, for five seconds at most; goes on without the lock where there is none to be
    /// had.
    func lock() {
        var attempts = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR, attempts < 500 {
            usleep(10_000)
            attempts += 1
        }
    }

    static func failure(_ path: String, _ code: Int32) -> OperationError {
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "there is no room left: free some and sign in again"
            case EROFS: "its file system is read-only"
            case EACCES, EPERM: "this user may not write there"
            default: "see to the cause and sign in again"
            }
        return OperationError(
            .notSignedIn, "the sign-in could not be saved in \(path): \(advice)", cause: String(cString: strerror(code))
        )
    }
}
