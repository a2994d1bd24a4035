import Glibc
import OperationCatalogue

/// What can be wrong with the log, in the words of ``ErrorCode/logUnavailable``.
enum LogFailure {
    case noFolder(String, errno: CInt)
    case notOpened(String, errno: CInt)
    /// The path names something that cannot hold a log.
    case wrongKind(String, mode: mode_t)
    /// A file that holds something else.
    case noLog(String)
    case deleted(String, LogMove)
    case replaced(String, LogMove)
    case truncated(String)
    /// It was copied and then emptied.
    case copied(String, to: String)
    /// The path can no longer be looked up.
    case unreachable(String, errno: CInt)
    /// `path` is nil for standard error.
    case notWritten(path: String?, errno: CInt)
    /// Written, but perhaps not on the disk.
    case notSynced(String, errno: CInt)
    /// Another process has kept others from writing their headers, or from keeping room.
    case locked(String, milliseconds: Int)
    case notRotated(String, errno: CInt)
    case notCompressed(String, errno: CInt)
    case notRemoved(String, errno: CInt)
    /// A segment that was to be read.
    case notRead(String, errno: CInt)
    /// A compressed segment that does not decompress.
    case damaged(String)
    /// This process has ended its part of the log.
    case ended
}

extension LogFailure {
    var error: OperationError {
        OperationError(.logUnavailable, message, cause: cause.map(Self.describe))
    }

    private var message: String {
        switch self {
        case .noFolder(let folder, _):
            "cannot make the folder \(folder) for the log; make it yourself, or name another file with --log PATH"
        case .notOpened(let path, let code): "cannot open the log \(path): \(Self.openingFault(code))"
        case .wrongKind(let path, let mode):
            "cannot write the log to \(path), which is \(Self.kind(mode)); name a file with --log PATH"
        case .noLog(let path): "the file \(path) is no log of deferno; name another file with --log PATH"
        case .deleted(let path, let move):
            "the log \(path) has been deleted or moved since this process opened it\(move.advice); "
                + "start again to begin a new one"
        case .replaced(let path, let move):
            "the log \(path) has been replaced by another file since this process opened it\(move.advice); "
                + "start again to use that one"
        case .copied(let path, let copy):
            "the log \(path) was copied to \(copy) and then emptied, and records that came between are lost; take the line "
                + "'copytruncate' out of logrotate's configuration (without it the file is renamed, which deferno follows), "
                + "then start again"
        case .truncated(let path):
            "the log \(path) has become shorter than this process left it, so records are missing; "
                + "find out what cut it, then start again"
        case .unreachable(let path, _):
            "cannot see whether the log \(path) is still in its place; make the path reachable again"
        case .notWritten(let path?, let code): "cannot write to the log \(path): \(Self.writingFault(code))"
        case .notWritten(nil, let code): "cannot write the log to standard error: \(Self.writingFault(code))"
        case .notSynced(let path, _):
            "the log \(path) could not be brought to its disk, so records may be lost; look at the system's messages "
                + "(dmesg), then start again"
        case .locked(let path, let patience):
            "the log \(path) has been held by another process for \(Double(patience) / 1000) s; "
                + "find the one that is stopped (fuser), let it go on or end it, then try again"
        case .notRotated(let path, _):
            "the log \(path) could not be rotated and grows on; make its folder writable for this user, who must own the "
                + "log or be root, so that the new file is its owner's"
        case .notCompressed(let path, _):
            "\(path) could not be compressed and stays as it is; make its folder writable for this user, or free some room"
        case .notRemoved(let path, _):
            "\(path) could not be removed, though the log says so; remove it yourself"
        case .notRead(let path, let code): "cannot read the log \(path): \(Self.readingFault(code))"
        case .damaged(let path): "\(path) is damaged or cut short: it does not decompress to its end (gzip)"
        case .ended: "the log has ended, since the process is stopping"
        }
    }

    private var cause: CInt? {
        switch self {
        case .noFolder(_, let code), .notOpened(_, let code), .unreachable(_, let code), .notWritten(_, let code),
            .notSynced(_, let code), .notRotated(_, let code),
            .notCompressed(_, let code), .notRemoved(_, let code),
            .notRead(_, let code):
            code
        case .wrongKind, .noLog, .deleted, .replaced, .truncated, .copied, .locked, .damaged, .ended: nil
        }
    }

    private static func openingFault(_ code: CInt) -> String {
        switch code {
        case EACCES, EPERM:
            "this user may not write to it; change its permissions (of logrotate's 'create' the mode and the owner), "
                + "or name another file with --log PATH"
        case EISDIR: "it is a folder; name a file in it with --log PATH"
        case ENXIO:
            "it is a pipe that nobody reads, or a socket; start its reader first, or name a file with --log PATH"
        case EROFS: "its file system is read-only; name a file elsewhere with --log PATH"
        case ENOSPC, EDQUOT:
            "there is no room left for a new file; free some, or name a file elsewhere with --log PATH"
        case ENOTDIR: "a part of the path is no folder; name another file with --log PATH"
        case EMFILE, ENFILE: "too many files are open; raise the limit (ulimit -n) or close some"
        default: "name another file with --log PATH"
        }
    }

    private static func readingFault(_ code: CInt) -> String {
        switch code {
        case ENOENT: "there is no such file; name another one"
        case EACCES, EPERM: "this user may not read it"
        case EISDIR: "it is a folder; name a file in it"
        default: "see to the cause and try again"
        }
    }

    private static func writingFault(_ code: CInt) -> String {
        switch code {
        case ENOSPC: "its disk is full; free some room and try again"
        case EDQUOT: "this user's disk quota is used up; free some room and try again"
        case EFBIG: "it has reached the size that is allowed (ulimit -f); move it away and start again"
        case EROFS: "its file system has become read-only; make it writable and try again"
        case EPIPE: "nobody reads it any more; start its reader and this process again"
        case EIO: "the device reports a fault; look at the system's messages (dmesg)"
        default: "see to the cause and try again"
        }
    }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFBLK: "a block device"
        case S_IFSOCK: "a socket"
        default: "no file"
        }
    }

    private static func describe(_ code: CInt) -> String {
        "\(String(cString: strerror(code))) (errno \(code))"
    }
}
