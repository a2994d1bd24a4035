import Glibc

/// What is known of the files beside a log, so that only new ones are opened.
struct SegmentSightings {
    /// A file that has neither been written to nor renamed since: the time of its last change of status goes with its inode,
    /// which is used again once the file is gone.
    private struct Sighting: Hashable {
        let identity: FileIdentity
        let seconds: Int
        let nanoseconds: Int
    }

    private var seen: [Sighting: RecordDigest] = [:]

    /// The finished segments beside the live file that are not known, in the order of their first records.
    ///
    /// - Parameters:
    ///   - known: first lines of segments that are known.
    ///   - open: files that are known.
    mutating func look(beside path: String, known: Set<RecordDigest>, open: Set<FileIdentity>) -> [FollowedSegment] {
        let (folder, live) = (LogFolder.folder(of: path), LogFolder.name(of: path))
        var known = known
        var still: [Sighting: RecordDigest] = [:]
        var found: [FollowedSegment] = []
        // Twice, since a file that is renamed while the folder is read may not be among the names. A plain file comes before its
        // compressed form.
        let names = Set(LogFolder.entries(of: folder)).union(LogFolder.entries(of: folder))
        for name in names.sorted() where LogFolder.isSegmentName(name, of: live) {
            var status = stat()
            var file = "\(folder)/\(name)"
            if stat(file, &status) != 0 {
                // Somebody may have compressed it since.
                file += LogSegments.suffix
                guard stat(file, &status) == 0 else { continue }
            }
            guard status.st_mode & S_IFMT == S_IFREG, !open.contains(FileIdentity(status)) else { continue }
            let sighting = Sighting(
                identity: FileIdentity(status), seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
            if let digest = seen[sighting], known.contains(digest) {
                still[sighting] = digest
                continue
            }
            guard let segment = FollowedSegment(file) ?? FollowedSegment(file + LogSegments.suffix),
                let first = segment.first
            else { continue }
            still[sighting] = first.digest
            if known.insert(first.digest).inserted { found.append(segment) }
        }
        seen = still
        return found.sorted { ($0.first?.time ?? "", $0.path) < ($1.first?.time ?? "", $1.path) }
    }
}
