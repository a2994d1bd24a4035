import CLinux
import Glibc
import OperationCatalogue

/// Puts a new file in the place of a live segment, which gets the name of a finished one.
enum SegmentExchange {
    /// The new file has the old one's owner, group and mode, and is there at once: nobody finds the path without a file, and
    /// makes one that is somebody else's.
    ///
    /// - Parameters:
    ///   - path: where the live segment lies; no symbolic link.
    ///   - descriptor: the live segment, open.
    /// - Returns: the `errno` of what failed, and the segment is live still; `nil` for nothing.
    static func finish(_ path: String, _ descriptor: CInt) -> CInt? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return errno }
        let name = LogFolder.newSegmentName(of: path, at: .now)
        let fresh = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard fresh >= 0 else { return errno }
        defer { close(fresh) }
        guard FileOwnership.give(fresh, thatOf: status) else {
            defer { unlink(name) }
            return errno
        }
        if renameat2(AT_FDCWD, name, AT_FDCWD, path, UInt32(RENAME_BY_EXCHANGE)) != 0 {
            if let code = renameInTurn(path, to: name) { return code }
        }
        LogFolder.sync(of: path)
        return nil
    }

    /// On a file system that cannot exchange two names at once.
    ///
    /// - Parameter name: where the new file lies, and the segment is to.
    private static func renameInTurn(_ path: String, to name: String) -> CInt? {
        let waiting = name + ".partial"
        guard rename(name, waiting) == 0 else { return errno }
        defer { unlink(waiting) }
        guard rename(path, name) == 0 else { return errno }
        // Somebody who found no file may have made one: that is the live one then. Some file systems have no links.
        if link(waiting, path) != 0, errno != EEXIST {
            _ = renameat2(AT_FDCWD, waiting, AT_FDCWD, path, UInt32(RENAME_WITHOUT_REPLACING))
        }
        return nil
    }
}
