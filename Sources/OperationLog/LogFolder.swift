import Glibc
import OperationCatalogue

/// The folder that a log lies in.
enum LogFolder {
    /// Makes the folders above `path` that are missing, each with mode 0700; those that exist stay as they are.
    ///
    /// - Throws: ``ErrorCode/logUnavailable``.
    static func make(above path: String) throws(OperationError) {
        guard let end = path.utf8.lastIndex(of: UInt8(ascii: "/")), end > path.startIndex else { return }
        let folder = String(path[..<end])
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw LogFailure.noFolder(folder, errno: errno).error }
        try make(above: folder)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw LogFailure.noFolder(folder, errno: errno).error
        }
    }
}
