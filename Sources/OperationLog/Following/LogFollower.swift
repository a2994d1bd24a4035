import Glibc
package import OperationCatalogue
import OperationPipeline

/// Hands on the records of a log, the oldest first, and then each as it is written, through every rotation (the article
/// <doc:Segments>): nothing is lost, nothing comes twice, and the records of each writer come in their order.
///
/// Segments wait in a queue, the live one last. Writers go from one to the next and never back, so what a writer has put
/// into one is behind all that it has put into those before. Hence the sizes are noted from the newest to the oldest, and
/// only up to these it is read, from the oldest to the newest. A segment leaves the queue when another is live, no writer
/// holds its lock and it has been read to its end.
///
/// Waits for the system to tell of changes, and looks itself at what has changed: the file at the path and, where that is
/// another, all files beside it. So nothing depends on how many events came, nor on seeing each rename.
package final class LogFollower {
    /// Where it begins.
    package enum Start: Sendable {
        /// So many records before the end; all for `Int.max`.
        case last(Int)
        /// Behind what was handed on before.
        case bookmark(LogBookmark)
    }

    /// Why it has ended.
    package enum End: Sendable {
        /// There was no more, and nothing was to be waited for.
        case end
        case stopped, consumerGone
    }

    /// Whom it hands the records to.
    package struct Consumer {
        /// Takes whole lines, each with its newline, and returns once they cannot be lost any more; `false` to stop.
        let deliver: (UnsafeRawBufferPointer) -> Bool
        /// Told what people should know, as a sentence.
        let report: (String) -> Void

        package init(
            deliver: @escaping (UnsafeRawBufferPointer) -> Bool, report: @escaping (String) -> Void
        ) {
            self.deliver = deliver
            self.report = report
        }
    }

    let path: String
    let consumer: Consumer
    let stop: StopEvent
    let events: FileEvents?
    var queue: [FollowedSegment] = []
    /// The segments that have been handed on, or are to be left out, by their first lines.
    var done: Set<RecordDigest> = []
    var sightings = SegmentSightings()
    /// A file at the path that cannot be followed: it cannot be opened, or has been handed on under another name.
    var passedOver: FileIdentity?
    private var bookmarkFile: LogBookmarkFile?
    private var saved: LogBookmark?
    private var nextSave: UInt64 = 0

    /// Nanoseconds between two savings of the bookmark.
    private static let saveInterval: UInt64 = 250_000_000

    /// - Parameters:
    ///   - path: of the live file, which need not exist yet.
    ///   - stop: ends ``run(from:follows:output:)``.
    package init(
        _ path: String, bookmark: LogBookmarkFile? = nil, stop: StopEvent = StopEvent(), consumer: Consumer
    ) {
        // A finished segment lies where the file does, not beside a link to it.
        self.path = LogFolder.resolvingLinks(path)
        self.stop = stop
        self.consumer = consumer
        bookmarkFile = bookmark
        events = FileEvents()
    }
}

// MARK: - Running

extension LogFollower {
    /// Hands on what there is and, if it follows, what comes. Holds the calling thread until it is told to stop, or its
    /// consumer says so.
    ///
    /// - Parameter output: a descriptor whose reader may go away, which ends it as well; -1 for none.
    /// - Returns: why it ended.
    /// - Throws: ``ErrorCode/logUnavailable`` where there is no log and it does not follow, where the bookmark cannot be saved,
    ///   and where the system has no way to wait for changes.
    package func run(from start: Start, follows: Bool, output: CInt = -1) throws(OperationError) -> End {
        if follows {
            guard let events else {
                throw OperationError(
                    .logUnavailable,
                    "the log cannot be followed: too many programs wait for changes of files (inotify); "
                        + "raise fs.inotify.max_user_instances")
            }
            events.watchFolder(LogFolder.folder(of: path))
        }
        if FileIdentity(path: path) != nil, access(path, R_OK) != 0 {
            throw LogFailure.notRead(path, errno: errno).error
        }
        begin(from: start)
        guard follows || !queue.isEmpty else {
            throw OperationError(
                .logUnavailable, "there is no log at \(path); name another, or wait for it with --follow")
        }
        while handOnWhatIsThere() {
            try save(isLast: false)
            guard follows, let events else {
                try save(isLast: true)
                return .end
            }
            switch events.wait(stop: stop.descriptor, output: output, timeout: timeout) {
            case .change: events.watchFolder(LogFolder.folder(of: path))
            case .timeout: break
            case .stop:
                try save(isLast: true)
                return .stopped
            case .outputClosed:
                try save(isLast: true)
                return .consumerGone
            }
        }
        try save(isLast: true)
        return stop.hasHappened ? .stopped : .consumerGone
    }

    /// One round.
    ///
    /// - Returns: whether to go on.
    private func handOnWhatIsThere() -> Bool {
        repeat {
            guard !stop.hasHappened else { return false }
            lookForNewSegments()
            for segment in queue { follow(truncationOf: segment) }
            // From the newest to the oldest.
            let sizes = queue.reversed().map { ($0, $0.size) }
            guard finishSegments() else { return false }
            for (segment, size) in sizes.reversed() where !segment.isFinished {
                guard segment.read(upTo: size, deliver: deliver) else { return false }
            }
        } while hasNewLiveFile
        return true
    }

    private func deliver(_ lines: UnsafeRawBufferPointer) -> Bool {
        !stop.hasHappened && consumer.deliver(lines)
    }

    private func follow(truncationOf segment: FollowedSegment) {
        switch segment.followTruncation() {
        case .none: break
        case .cut: consumer.report("\(segment.path) was cut short: going on behind what is left of it")
        case .replaced: consumer.report("\(segment.path) was cut short and begun anew: going on from its start")
        }
    }

    /// Reads the oldest segments to their end, and lets go of them, as long as nobody writes to them any more. One that is
    /// still written to keeps those behind it, whose records may come after what is yet to be written there.
    private func finishSegments() -> Bool {
        while queue.count > 1, queue[0].isFinished || !queue[0].isInUse {
            let segment = queue[0]
            if !segment.isFinished {
                guard segment.read(upTo: segment.size, deliver: deliver) else { return false }
                let isGood = segment.readRest(deliver: deliver)
                guard isGood != false else { return false }
                if isGood == nil { consumer.report("\(segment.path) ends within a record, which is left out") }
                segment.isFinished = true
            }
            // The newest known one stays for the bookmark, which needs a first line.
            guard queue[1].isIdentified else { break }
            if segment.isIdentified, let first = segment.first { done.insert(first.digest) }
            events?.forget(segment.watch)
            queue.removeFirst()
        }
        return true
    }
}

// MARK: - The bookmark

extension LogFollower {
    /// Up to where the consumer has taken the log; `nil` where nothing of it is known yet.
    package var bookmark: LogBookmark? {
        let places = queue.compactMap { segment -> LogBookmark.Place? in
            segment.identify()
            return segment.first.map {
                LogBookmark.Place(first: $0.digest.text, time: $0.time, offset: segment.offset)
            }
        }
        return places.isEmpty ? nil : LogBookmark(places: places)
    }

    /// Milliseconds until the bookmark has to be saved; -1 where it has been.
    private var timeout: CInt {
        guard bookmarkFile != nil, let bookmark, bookmark != saved else { return -1 }
        let now = Self.now
        return now >= nextSave ? 0 : CInt((nextSave - now) / 1_000_000 + 1)
    }

    private func save(isLast: Bool) throws(OperationError) {
        guard let bookmarkFile, let bookmark, bookmark != saved, isLast || Self.now >= nextSave else { return }
        try bookmarkFile.write(bookmark)
        saved = bookmark
        nextSave = Self.now + Self.saveInterval
    }

    private static var now: UInt64 { MonotonicClock.now }
}
