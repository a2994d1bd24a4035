import Glibc
import OperationCatalogue

/// The file that a sign-in is saved in, for its owner alone: the seed's, or that of a profile beside it.
struct CredentialsFile: Hashable, Sendable {
    let path: String

    init(path: String) {
        self.path = path
    }

    /// `~/.config/defernowork/credentials.json`, and `credentials-NAME.json` of a profile. Always in `~/.config`, where the
    /// seed has it, so that a sign-in with one program holds for the other.
    ///
    /// - Returns: `nil` where there is no home folder.
    init?(of profile: ProfileName?, in environment: EnvironmentVariables) {
        guard let home = environment.home else { return nil }
        let name = profile.map { "credentials-\($0.text).json" } ?? "credentials.json"
        self.init(path: "\(home)/.config/defernowork/\(name)")
    }

    /// What a sign-in can be long, in bytes; a longer file is none.
    private static let maximumSize = 64 << 10

    /// Whether anything is there, be it of use or not.
    var exists: Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// What tells the file as it is now from what it was: one `lstat(2)`. `nil` where there is none.
    ///
    /// - Throws: ``ErrorCode/notSignedIn`` for a file that is refused: see ``read()``.
    func identity() throws(OperationError) -> FileIdentity? {
        try checkFolder()
        var status = stat()
        guard lstat(path, &status) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR, EACCES: return nil
            case let code: throw failure("cannot be looked at", code)
            }
        }
        try check(status)
        return FileIdentity(status)
    }

    /// Why the file is refused; `nil` where it is good, or not there.
    var refusal: OperationError? {
        do throws(OperationError) {
            _ = try identity()
            return nil
        } catch {
            return error
        }
    }

    /// The saved sign-in; `nil` where there is none, or the file is broken or unreadable.
    ///
    /// - Throws: ``ErrorCode/notSignedIn`` for a file that others may have read or put there: it is a symbolic link, is not
    ///   this user's, or has wider permissions than 0600.
    func read() throws(OperationError) -> SavedCredentials? {
        try readWithIdentity()?.credentials
    }

    /// The same with what tells when it is worth reading again.
    func readWithIdentity() throws(OperationError) -> (identity: FileIdentity, credentials: SavedCredentials?)? {
        try checkFolder()
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return nil
            case ELOOP: throw refusal("is a symbolic link", "remove it")
            case EACCES, ENXIO:
                // It says who it belongs to and what it is, even where it cannot be opened.
                return try identity().map { ($0, nil) }
            case let code: throw failure("cannot be opened", code)
            }
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("cannot be looked at", errno) }
        try check(status)
        let credentials = content(of: descriptor).flatMap { SavedCredentials($0) }
        if let name = credentials?.token.reveal().unexpandedReference {
            throw refusal("holds the reference ${\(name)} in the place of a token", "remove it")
        }
        return (FileIdentity(status), credentials)
    }

    private func content(of descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Self.maximumSize + 1)
        var count = 0
        while count < bytes.count {
            let added = bytes.withUnsafeMutableBytes {
                Glibc.read(
                    descriptor, UnsafeMutableRawBufferPointer(rebasing: $0[count...]).baseAddress, $0.count - count)
            }
            if added == 0 { return Array(bytes[..<count]) }
            if added < 0, errno != EINTR { return nil }
            count += max(0, added)
        }
        return nil
    }

    /// Where others can put files into the folder, or have put the folder itself, they can put a sign-in of their own there.
    private func checkFolder() throws(OperationError) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        var status = stat()
        guard lstat(String(path[..<slash]), &status) == 0 else { return }
        let what: (String, String)? =
            switch status.st_mode & S_IFMT {
            case S_IFLNK: ("is in a folder that is a symbolic link", "make it a folder")
            case _ where status.st_uid != geteuid(): ("is in a folder that belongs to another user", "remove it")
            case _ where status.st_mode & 0o022 != 0:
                ("is in a folder that other users can write to", "chmod 700 the folder")
            default: nil
            }
        if let what { throw refusal(what.0, what.1) }
    }

    private func check(_ status: stat) throws(OperationError) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK: throw refusal("is a symbolic link", "remove it")
        default: throw refusal("is no regular file", "remove it")
        }
        guard status.st_uid == geteuid() else { throw refusal("belongs to another user", "remove it") }
        let mode = status.st_mode & 0o7777
        guard mode & 0o077 == 0 else {
            throw refusal("can be read or changed by other users (mode \(String(mode, radix: 8)))", "chmod 600 it")
        }
    }

    private func refusal(_ what: String, _ remedy: String) -> OperationError {
        OperationError(
            .notSignedIn,
            "the saved sign-in \(path) is refused, since it \(what); \(remedy), then sign in with 'deferno auth login'")
    }

    private func failure(_ what: String, _ code: Int32) -> OperationError {
        OperationError(.notSignedIn, "the saved sign-in \(path) \(what)", cause: String(cString: strerror(code)))
    }
}

/// What changes when a file does, or another one takes its place.
struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modified: Moment
    private let changed: Moment

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Moment(status.st_mtim)
        changed = Moment(status.st_ctim)
    }

    /// A time of the file system, to compare with others.
    private struct Moment: Hashable, Sendable {
        private let seconds: Int
        private let nanoseconds: Int

        init(_ time: timespec) {
            // With the standard library linked in statically, the compiler takes the structure's members for those of a
            // module that nobody can import.
            (seconds, nanoseconds) = unsafeBitCast(time, to: (Int, Int).self)
        }
    }
}
