import Glibc

/// How the follower finds the segments.
extension LogFollower {
    /// Whether the file at the path is another than the newest in the queue.
    var hasNewLiveFile: Bool {
        guard let identity = FileIdentity(path: path) else { return false }
        return identity != queue.last?.identity && identity != passedOver
    }

    /// Fills the queue for the first time.
    func begin(from start: Start) {
        switch start {
        case .last(let count): begin(lastRecords: count)
        case .bookmark(let bookmark): begin(from: bookmark)
        }
        for segment in queue { segment.watch(with: events) }
    }

    private func begin(lastRecords count: Int) {
        let segments = listedSegments()
        var left = count
        for segment in segments.reversed() {
            guard queue.isEmpty || left > 0 else {
                if let first = segment.first { done.insert(first.digest) }
                continue
            }
            if count != .max { left -= segment.goBack(lines: left) }
            queue.insert(segment, at: 0)
        }
    }

    private func begin(from bookmark: LogBookmark) {
        let offsets = Dictionary(bookmark.places.map { ($0.first, $0.offset) }) { first, _ in first }
        let lastTime = bookmark.places.map(\.time).max() ?? ""
        var found: Set<String> = []
        for segment in listedSegments() {
            guard let first = segment.first else {
                queue.append(segment)
                continue
            }
            if let offset = offsets[first.digest.text] {
                found.insert(first.digest.text)
                segment.go(to: offset)
                queue.append(segment)
            } else if first.time > lastTime {
                queue.append(segment)
            } else {
                done.insert(first.digest)
            }
        }
        for place in bookmark.places where !found.contains(place.first) {
            consumer.report(
                "the segment of the log \(path) that begins at \(place.time) is gone: "
                    + "records of it that had not been read by then are missing")
        }
    }

    /// Adds the segments that have come since the last look, in their order.
    func lookForNewSegments() {
        guard hasNewLiveFile else { return }
        passedOver = nil
        for segment in listedSegments() {
            segment.watch(with: events)
            queue.append(segment)
        }
    }

    /// All segments that are neither in the queue nor handed on, in the order of their first records, the live one last.
    ///
    /// The live file is opened before the folder is read: whatever was live before is then among the names. What became one
    /// after may be among them too, or not, so segments that are newer than this live one wait for the next look.
    private func listedSegments() -> [FollowedSegment] {
        while true {
            let identity = FileIdentity(path: path)
            let live = FollowedSegment(path)
            let finished = sightings.look(beside: path, known: known, open: Set(queue.map(\.identity)))
                .filter { $0.identity != live?.identity }
            guard let live else {
                passedOver = identity
                return finished
            }
            guard live.identity != queue.last?.identity else { return finished }
            if live.isIdentified, let first = live.first {
                if done.contains(first.digest) {
                    passedOver = live.identity
                    return finished
                }
                return finished.filter { ($0.first?.time ?? "") <= first.time } + [live]
            }
            // Nobody has written to it, so all others are older, if it is still the live one.
            if FileIdentity(path: path) == live.identity { return finished + [live] }
        }
    }

    /// The first lines of what is in the queue or has been handed on.
    private var known: Set<RecordDigest> {
        done.union(queue.compactMap { $0.isIdentified ? $0.first?.digest : nil })
    }
}
