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

    /// What a path leads to: symbolic links in its last part are followed, also one to a file that is not there (yet).
    static func resolvingLinks(_ path: String) -> String {
        var path = path
        // As many as the system follows (path_resolution(7)).
        for _ in 0..<40 {
            guard let target = target(of: path) else { break }
            path = target.hasPrefix("/") ? target : "\(folder(of: path))/\(target)"
        }
        return path
    }

    private static func target(of path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink(path, start, buffer.count - 1)
            guard count > 0 else { return nil }
            buffer[count] = 0
            return String(cString: start)
        }
    }

    /// Whether a file beside the live one of this name may be a segment by its own name: `operations.ndjson.1`, or
    /// `operations.ndjson-20261130` as logrotate's `dateext` has it, compressed or not.
    static func isSegmentName(_ name: String, of live: String) -> Bool {
        guard name.utf8.count > live.utf8.count + 1, name.hasPrefix(live), !name.hasSuffix(".partial") else {
            return false
        }
        let rest = name.utf8.dropFirst(live.utf8.count)
        let isDated = rest.first == UInt8(ascii: "-") && rest.dropFirst().first.map { (48...57).contains($0) } == true
        return rest.first == UInt8(ascii: ".") || isDated
    }

    /// The paths of the files beside the live one that have a segment's name.
    static func segmentPaths(of path: String) -> [String] {
        let (folder, live) = (folder(of: path), name(of: path))
        return entries(of: folder).filter { isSegmentName($0, of: live) }
            .map { folder == "." && !path.hasPrefix("./") ? $0 : "\(folder)/\($0)" }
    }

    /// Whether a file lies beside the live one under a segment's name.
    static func hasSegment(_ identity: FileIdentity, of path: String) -> Bool {
        segmentPaths(of: path).contains { FileIdentity(path: $0) == identity }
    }

    /// A file beside the live one that begins with this line, compressed or not.
    static func segment(beginningWith line: FirstLine, of path: String) -> String? {
        segmentPaths(of: path).first { FirstLine(ofCompressed: $0) == line }
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
            let name = "\(path).\(basicForm(time.text(fractionDigits: 6)))"
            if access(name, F_OK) != 0, access(name + ".gz", F_OK) != 0 { return name }
            let isLast = time.nanoseconds >= 999_999_000
            time = Timestamp(
                seconds: time.seconds + (isLast ? 1 : 0), nanoseconds: isLast ? 0 : time.nanoseconds + 1000)
        }
    }

    /// A record's time in ISO 8601's basic form, which goes into the names of segments and into heads.
    static func basicForm(_ time: String) -> String { time.filter { $0 != "-" && $0 != ":" } }

    static func folder(of path: String) -> String {
        guard let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return end == path.startIndex ? "/" : String(path[..<end])
    }

    static func name(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }
}
