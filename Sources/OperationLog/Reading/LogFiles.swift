import Glibc
import OperationCatalogue

/// The files that somebody names, in any order, as the logs that they are: those of each log in the order of their records, each
/// file once, a copy of a file not at all.
package struct LogFiles {
    /// One log, as far as its files were named.
    package struct Log: Hashable {
        /// The path of its live file, or of the one that it has when all are finished.
        package let name: String
        /// Oldest first.
        package let paths: [String]
    }

    /// In the order of their first records; what comes from a pipe where it was named.
    package let logs: [Log]
    /// What is wrong with what was named, beyond what shows when the files are read.
    package let faults: [LogScan.Fault]
    /// Sentences for whoever named them: what was left out, and that there are several logs.
    package let notices: [String]

    package var paths: [String] { logs.flatMap(\.paths) }

    /// Whether all of them can be read more than once.
    package var canBeReadAgain: Bool {
        paths.allSatisfy { path in
            var status = stat()
            guard path != "-" else { return false }
            return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// All files of the log at a path. Where there is none the path stands alone; reading it says what is wrong.
    package init(ofLogAt path: String) {
        var segments = LogSegments.of(path)
        // One that was begun and has no record yet says nothing where others do.
        if segments.count > 1 { segments.removeAll { $0.isEmpty } }
        logs = [Log(name: path, paths: segments.isEmpty ? [path] : segments.map(\.path))]
        (faults, notices) = ([], [])
    }

    /// - Parameter named: files, folders, of which all logs are taken, and `-` for standard input.
    package init(named: [String]) {
        var collection = Collection()
        for path in named { collection.add(path) }
        collection.leaveOutCopies()
        let groups = collection.groups()
        var notices = collection.notices
        let files = groups.filter { !$0.isPipe }
        if files.count > 1 {
            let names = files.map { "\($0.log.name) (\($0.log.paths.count))" }.joined(separator: ", ")
            notices.append("these are files of \(files.count) logs, read one after the other: \(names)")
        }
        logs = groups.map(\.log)
        faults = collection.faults
        self.notices = notices
    }
}

extension LogSegment {
    fileprivate var isEmpty: Bool { time.isEmpty && size == 0 }
}

/// What is gathered of the files that were named.
private struct Collection {
    private var files: [Entry] = []
    private var identities: Set<FileIdentity> = []
    var faults: [LogScan.Fault] = []
    var notices: [String] = []

    struct Entry {
        let path: String
        /// `nil` for what is no regular file, such as a pipe, and for what is not there.
        let segment: LogSegment?
    }

    struct Group {
        let log: LogFiles.Log
        let time: String
        let isPipe: Bool
    }

    mutating func add(_ path: String) {
        var status = stat()
        guard path != "-", stat(path, &status) == 0 else {
            if !files.contains(where: { $0.path == path }) { files.append(Entry(path: path, segment: nil)) }
            return
        }
        if status.st_mode & S_IFMT == S_IFDIR { return addFolder(path) }
        add(Entry(path: path, segment: LogSegment(at: path, isLive: false)), FileIdentity(status))
    }

    private mutating func add(_ entry: Entry, _ identity: FileIdentity?) {
        if let identity, !identities.insert(identity).inserted { return }
        files.append(entry)
    }

    /// Takes what begins as a log does, and what lies beside it under the names of its segments.
    private mutating func addFolder(_ folder: String) {
        guard access(folder, R_OK | X_OK) == 0 else {
            let message = LogFailure.notRead(folder, errno: errno).error.message
            return faults.append(.init(kind: .unreadable, path: folder, line: nil, message: message))
        }
        let prefix = folder.hasSuffix("/") ? folder : "\(folder)/"
        let segments = LogFolder.entries(of: folder).sorted().filter { !$0.hasSuffix(".partial") }
            .compactMap { LogSegment(at: prefix + $0, isLive: false) }
        let names = segments.filter { !$0.time.isEmpty }.map { SegmentName.log(of: $0.name, among: []) }
        let found = segments.filter { segment in
            !segment.time.isEmpty || names.contains { segment.name == $0 || segment.name.hasPrefix("\($0).") }
        }
        guard !names.isEmpty else {
            let message = "the folder holds no log: none of its files begins with a record"
            return faults.append(.init(kind: .noLog, path: folder, line: nil, message: message))
        }
        for segment in found { add(Entry(path: segment.path, segment: segment), FileIdentity(path: segment.path)) }
    }

    // MARK: Copies

    /// Of files that begin with the same record the longest stays: a record that begins a segment stands in no other. The
    /// compressed form of a file that is there as well is left out without a word.
    mutating func leaveOutCopies() {
        let paths = Set(files.map(\.path))
        files.removeAll { $0.path.hasSuffix(LogSegments.suffix) && paths.contains(String($0.path.dropLast(3))) }
        var longest: [FirstLine: (path: String, length: Int64)] = [:]
        var copies: [String: String] = [:]
        for entry in files {
            guard let segment = entry.segment, let line = FirstLine(of: segment) else { continue }
            let length = segment.length
            if let other = longest[line] {
                if other.length >= length {
                    copies[entry.path] = other.path
                    continue
                }
                copies[other.path] = entry.path
            }
            longest[line] = (entry.path, length)
        }
        for entry in files where copies[entry.path] != nil {
            notices.append("\(entry.path) is left out: \(copies[entry.path] ?? "") begins with the same record")
        }
        files.removeAll { copies[$0.path] != nil }
    }

    // MARK: Logs

    func groups() -> [Group] {
        var members: [String: [Entry]] = [:]
        var names: [String] = []
        let all = files.compactMap { $0.segment == nil ? nil : $0.path }
        for entry in files {
            let name = entry.segment == nil ? entry.path : SegmentName.log(of: entry.path, among: all)
            if members[name] == nil { names.append(name) }
            members[name, default: []].append(entry)
        }
        let groups = names.map { name in Self.group(name, members[name] ?? []) }
        // What cannot be looked into before it is read stays where it was named.
        let sorted = groups.filter { !$0.isPipe }.sorted { ($0.time, $0.log.name) < ($1.time, $1.log.name) }
        var next = sorted.makeIterator()
        return groups.compactMap { $0.isPipe ? $0 : next.next() }
    }

    private static func group(_ name: String, _ entries: [Entry]) -> Group {
        var segments = entries.compactMap(\.segment)
        guard !segments.isEmpty else {
            return Group(log: .init(name: name, paths: entries.map(\.path)), time: "", isPipe: true)
        }
        if segments.count > 1 { segments.removeAll { $0.size == 0 } }
        segments.sort { ($0.path == name ? 1 : 0, $0.time, $0.path) < ($1.path == name ? 1 : 0, $1.time, $1.path) }
        return Group(
            log: .init(name: name, paths: segments.map(\.path)), time: segments.first?.time ?? "", isPipe: false)
    }
}

/// The names of a log's files.
private enum SegmentName {
    /// The path of the log's live file: another one that was named, if its name begins this one's, else what is left without
    /// the endings that rotation gives (`.20261128T055306.123456Z`, `.1`, `-20261128`, `.gz`).
    static func log(of path: String, among paths: [String]) -> String {
        let live = paths.filter { path == $0 || path.hasPrefix("\($0).") }.min { $0.utf8.count < $1.utf8.count }
        var name = live ?? path
        if name.hasSuffix(LogSegments.suffix) { name = String(name.dropLast(LogSegments.suffix.utf8.count)) }
        if let end = name.lastIndex(where: { $0 == "." || $0 == "-" }), isOfRotation(name[name.index(after: end)...]) {
            name = String(name[..<end])
            // The fraction of a second has a dot of its own.
            if let end = name.lastIndex(of: "."), isOfRotation(name[name.index(after: end)...]) {
                name = String(name[..<end])
            }
        }
        return name
    }

    private static func isOfRotation(_ ending: Substring) -> Bool {
        !ending.isEmpty && ending.contains(where: \.isNumber)
            && ending.allSatisfy { $0.isASCII && ($0.isNumber || $0 == "T" || $0 == "Z") }
    }
}

extension FirstLine {
    fileprivate init?(of segment: LogSegment) {
        if segment.isCompressed {
            self.init(ofCompressed: segment.path)
            return
        }
        let descriptor = open(segment.path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        self.init(of: descriptor)
    }
}

extension LogSegment {
    /// How long it is, decompressed, in bytes; of a gzip file what its last member says (RFC 1952 section 2.3.1, ISIZE).
    fileprivate var length: Int64 {
        guard isCompressed else { return size }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var bytes: [UInt8] = [0, 0, 0, 0]
        guard pread(descriptor, &bytes, 4, off_t(size - 4)) == 4 else { return 0 }
        return bytes.reversed().reduce(0) { $0 << 8 | Int64($1) }
    }
}
