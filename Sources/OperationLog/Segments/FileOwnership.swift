import Glibc

/// Whose a file is, and who may read it: a file that takes the place of another is to be the same user's.
enum FileOwnership {
    /// Gives a file the owner, the group and the mode of another. Who is neither that owner nor root cannot do that.
    ///
    /// - Parameter descriptor: open, of a file that this process has just made.
    /// - Returns: whether it has them; if not, `errno` says why.
    static func give(_ descriptor: CInt, thatOf other: stat) -> Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return false }
        if status.st_uid != other.st_uid || status.st_gid != other.st_gid {
            guard fchown(descriptor, other.st_uid, other.st_gid) == 0 else { return false }
        }
        return fchmod(descriptor, other.st_mode & 0o7777) == 0
    }
}
