import Glibc

/// What somebody did to a log that is gone from its path, as far as it can be seen; in the words of a refusal.
enum LogMove {
    case unknown
    /// It lies elsewhere now, where it is none of the log's files.
    case elsewhere(String)
    /// A file beside it seems to be it, compressed by a program whose files are not read here.
    case compressedOtherwise(String)

    private static let otherSuffixes = [".xz", ".zst", ".bz2", ".lz4", ".Z", ".lzma"]

    /// - Parameters:
    ///   - descriptor: the file, open.
    ///   - links: how many names it has.
    ///   - path: where it was.
    init(of descriptor: CInt, links: nlink_t, from path: String) {
        if links > 0 {
            let now = LogFolder.resolvingLinks("/proc/self/fd/\(descriptor)")
            self = now.hasPrefix("/proc/") ? .unknown : .elsewhere(now)
            return
        }
        let other = LogFolder.segmentPaths(of: path).first { path in
            Self.otherSuffixes.contains { path.hasSuffix($0) }
        }
        self = other.map { .compressedOtherwise($0) } ?? .unknown
    }

    /// What to do before starting again.
    var advice: String {
        switch self {
        case .unknown: ""
        case .elsewhere(let path):
            ": it is \(path) now, where it is none of the log's files; if logrotate did that, take the lines 'olddir' and "
                + "'extension' out of its configuration"
        case .compressedOtherwise(let path):
            "; if it is \(path) now, take the line 'compresscmd' out of logrotate's configuration, so that gzip compresses"
        }
    }
}
