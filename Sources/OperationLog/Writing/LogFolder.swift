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

    /// Brings the folder's entries to the disk, so that a file that was made or renamed in it is found there after a power
    /// failure. Best effort: some file systems have no such call.
    static func sync(of path: String) {
        let descriptor = Glibc.open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    /// Whether a file lies beside the live one under a segment's name.
    static func hasSegment(_ identity: FileIdentity, of path: String) -> Bool {
        let (folder, prefix) = (folder(of: path), name(of: path) + ".")
        return entries(of: folder).contains { name in
            name.hasPrefix(prefix) && FileIdentity(path: "\(folder)/\(name)") == identity
        }
    }

    /// The names of what lies in a folder; empty where it cannot be read.
    static func entries(of folder: String) -> [String] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    /// A name for a finished segment that no file has: the log's and the time, `operations.ndjson.20261128T055306.123456Z`.
    static func newSegmentName(of path: String, at time: Timestamp) -> String {
        var time = time
        while true {
            let name = "\(path).\(basicForm(time))"
            if access(name, F_OK) != 0, access(name + ".gz", F_OK) != 0 { return name }
            let isLast = time.nanoseconds >= 999_999_000
            time = Timestamp(
                seconds: time.seconds + (isLast ? 1 : 0), nanoseconds: isLast ? 0 : time.nanoseconds + 1000)
        }
    }

    /// ISO 8601's basic form to the microsecond.
    private static func basicForm(_ time: Timestamp) -> String {
        time.text(fractionDigits: 6).filter { $0 != "-" && $0 != ":" }
    }

    static func folder(of path: String) -> String {
        guard let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
}
