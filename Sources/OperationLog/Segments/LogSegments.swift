import Glibc

/// One file of a log.
package struct LogSegment: Hashable, Sendable {
    package let path: String
    /// Whether writers write to it: it lies at the log's own path.
    package let isLive: Bool
    /// Whether it is a gzip file.
    package let isCompressed: Bool
    /// Its size on the disk, in bytes.
    package let size: Int64
    /// When it was last written to, in seconds since 1970.
    package let modified: Int64
    /// The `time` of its first record; empty where it has none.
    package let time: String

    package var name: String { LogFolder.name(of: path) }
}

/// The files that are one log (the article <doc:Segments>).
package enum LogSegments {
    /// The segments of the log at a path, or where a symbolic link there leads, in the order of their first records, the live one last. A compressed segment whose
    /// plain file is still there, since whoever compressed it was ended, is left out. Empty where there is no log.
    package static func of(_ path: String) -> [LogSegment] {
        let path = LogFolder.resolvingLinks(path)
        let paths = Set(LogFolder.segmentPaths(of: path))
        var segments = paths.filter { !$0.hasSuffix(suffix) || !paths.contains(String($0.dropLast(suffix.utf8.count))) }
            .compactMap { LogSegment(at: $0, isLive: false) }
            .filter { !$0.time.isEmpty }
        segments.sort { ($0.time, $0.path) < ($1.time, $1.path) }
        if let live = LogSegment(at: path, isLive: true) { segments.append(live) }
        return segments
    }

    /// What the name of a compressed segment ends with.
    static let suffix = ".gz"

    /// A compressed segment while it is written.
    static func partialName(of path: String) -> String { path + suffix + ".partial" }
}

extension LogSegment {
    /// The file at a path; `nil` where there is no regular file.
    init?(at path: String, isLive: Bool) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.path = path
        self.isLive = isLive
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec)
        guard let beginning = GzipReader.beginning(of: path, count: 96) else {
            (isCompressed, time) = (false, "")
            return
        }
        isCompressed = beginning.isCompressed
        time = Self.time(in: beginning.bytes)
    }

    /// The time of the record that begins so; empty where it is none.
    static func time(in bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("{\"v\":"), let member = text.firstRange(of: "\"time\":\"") else { return "" }
        return String(text[member.upperBound...].prefix { $0 != "\"" })
    }
}
