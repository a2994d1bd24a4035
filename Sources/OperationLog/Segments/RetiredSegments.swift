import Glibc
import OperationCatalogue

/// Finished segments that are to go, held so that nobody writes to them: first the log says so, then they are removed.
struct RetiredSegments: ~Copyable {
    let segments: [LogSegment]
    /// Why, in the word of the record: `keep` or `keep_for`.
    let reason: String
    private let descriptors: [CInt]

    /// Those that a log's settings leave no room for: never the live one, nor one that some process may still write to.
    ///
    /// - Parameter now: seconds since 1970.
    /// - Returns: `nil` where there are none.
    init?(of path: String, by retention: LogRetention, now: Int64) {
        guard retention.count != nil || retention.seconds != nil else { return nil }
        let finished = LogSegments.of(path).filter { !$0.isLive }
        let beyondCount = retention.count.map { finished.dropLast($0) } ?? []
        let tooOld = retention.seconds.map { seconds in finished.filter { $0.modified < now - seconds } } ?? []
        // Oldest first, without a gap: a log that lacks something in the middle proves less.
        let count = max(beyondCount.count, finished.prefix { tooOld.contains($0) }.count)
        var held: [(LogSegment, CInt)] = []
        for segment in finished.prefix(count) {
            let descriptor = open(segment.path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { break }
            guard SegmentLock.takeFinished(descriptor) else {
                close(descriptor)
                break
            }
            held.append((segment, descriptor))
        }
        guard !held.isEmpty else { return nil }
        segments = held.map(\.0)
        descriptors = held.map(\.1)
        reason = beyondCount.count >= held.count ? "keep" : "keep_for"
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// Removes the files.
    ///
    /// - Returns: what could not be removed.
    func remove() -> [LogFailure] {
        segments.compactMap { segment in
            unlink(segment.path) == 0 || errno == ENOENT ? nil : .notRemoved(segment.path, errno: errno)
        }
    }
}
