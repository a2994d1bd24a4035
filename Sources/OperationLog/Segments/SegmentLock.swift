import Glibc
import OperationPipeline

/// The locks on a segment of a log: open-file-description locks (fcntl(2), Linux) on bytes far beyond any content, so that
/// they are in nobody's way. Where a file system has none, nothing is locked.
package enum SegmentLock {
    /// Held, shared, by every writer on the segment that it writes to: who compresses or removes it, and who reads it to its
    /// end, waits for that.
    private static let inUse: off_t = 1 << 62
    /// Held, exclusively, by whoever renames the live segment.
    private static let rotation: off_t = inUse + 1
    /// Held, exclusively, by whoever writes a header: from its look at what stands before to the writing.
    private static let header: off_t = inUse + 2
    /// Held, exclusively, by whoever adds up what is claimed of the segment's room, and claims more of it.
    private static let room: off_t = inUse + 3

    // Linux, asm-generic/fcntl.h: not among what Swift's Glibc imports.
    private static let get: CInt = 36
    private static let set: CInt = 37
    private static let setAndWait: CInt = 38

    /// Marks a segment as being written to, as long as the descriptor is open.
    ///
    /// - Parameter descriptor: open for reading.
    static func holdInUse(_ descriptor: CInt) {
        var lock = request(F_RDLCK, inUse)
        _ = fcntl(descriptor, set, &lock)
    }

    /// Whether some process has the segment open to write to it.
    ///
    /// - Parameter descriptor: open for reading or writing, and not the one that holds a lock itself.
    package static func isInUse(_ descriptor: CInt) -> Bool {
        var lock = request(F_WRLCK, inUse)
        return fcntl(descriptor, get, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    /// Takes a finished segment for whoever compresses or removes it, unless some process may still write to it. Held as
    /// long as the descriptor is open.
    ///
    /// - Parameter descriptor: open for writing.
    static func takeFinished(_ descriptor: CInt) -> Bool {
        var lock = request(F_WRLCK, inUse)
        return fcntl(descriptor, set, &lock) == 0
    }

    /// Runs `body` while nobody else who asks here rotates the segment.
    ///
    /// - Parameter descriptor: open for writing.
    static func whileRotating<Result>(_ descriptor: CInt, _ body: () -> Result) -> Result {
        var lock = request(F_WRLCK, rotation)
        while fcntl(descriptor, setAndWait, &lock) != 0, errno == EINTR {}
        defer {
            var unlock = request(F_UNLCK, rotation)
            _ = fcntl(descriptor, set, &unlock)
        }
        return body()
    }

    /// So long, in milliseconds, a writer waits for others that write their headers or keep room: each needs far less than one,
    /// unless it has been stopped, or finds out the digest of a huge segment.
    package static let patience = 20_000

    /// Takes the lock of those who write headers, waiting for others. Held until it is released or the descriptor is closed.
    ///
    /// - Parameters:
    ///   - descriptor: open for writing.
    ///   - patience: in milliseconds.
    /// - Returns: `false` where another process held it all the time.
    static func takeHeader(_ descriptor: CInt, patience: Int = patience) -> Bool {
        take(header, descriptor, patience: patience)
    }

    static func releaseHeader(_ descriptor: CInt) { release(header..<header + 1, descriptor) }

    /// The same for the lock of those who keep room.
    static func takeRoom(_ descriptor: CInt, patience: Int) -> Bool { take(room, descriptor, patience: patience) }

    static func releaseRoom(_ descriptor: CInt) { release(room..<room + 1, descriptor) }

    private static func take(_ byte: off_t, _ descriptor: CInt, patience: Int) -> Bool {
        let start = MonotonicClock.now
        while true {
            var lock = request(F_WRLCK, byte)
            if fcntl(descriptor, set, &lock) == 0 { return true }
            // Anything else: the file system has no locks.
            guard [EAGAIN, EACCES, EINTR].contains(errno) else { return true }
            guard MonotonicClock.now - start < UInt64(patience) * 1_000_000 else { return false }
            usleep(100)
        }
    }

    // MARK: Claims

    /// A lock of somebody else within these bytes; `nil` where there is none.
    static func foreignLock(in range: Range<off_t>, _ descriptor: CInt) -> Range<off_t>? {
        var lock = request(F_WRLCK, range.lowerBound, count: off_t(range.count))
        guard fcntl(descriptor, get, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
        // A length of 0 means all to the end.
        let end = lock.l_len == 0 ? range.upperBound : lock.l_start + lock.l_len
        let held = max(range.lowerBound, lock.l_start)..<max(range.lowerBound, min(range.upperBound, end))
        return held.isEmpty ? nil : held
    }

    /// Locks bytes that nobody else has.
    static func take(_ range: Range<off_t>, _ descriptor: CInt) {
        var lock = request(F_WRLCK, range.lowerBound, count: off_t(range.count))
        _ = fcntl(descriptor, set, &lock)
    }

    static func release(_ range: Range<off_t>, _ descriptor: CInt) {
        var unlock = request(F_UNLCK, range.lowerBound, count: off_t(range.count))
        _ = fcntl(descriptor, set, &unlock)
    }

    private static func request(_ type: CInt, _ start: off_t, count: off_t = 1) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: start, l_len: count, l_pid: 0)
    }
}
