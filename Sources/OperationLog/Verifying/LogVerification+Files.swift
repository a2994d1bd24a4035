import Glibc
package import OperationCatalogue

extension LogVerification {
    /// Verifies the log at a path: all its segments, in order. A log that is rotated meanwhile is verified as it was at the
    /// start, and what was written up to now.
    ///
    /// - Parameters:
    ///   - trusted: the keys that it must be signed with.
    ///   - progress: told now and then how many bytes of how many have been read, as they lie on the disk.
    /// - Throws: ``ErrorCode/logUnavailable`` where there is no log, or a file of it cannot be read.
    package static func ofLog(
        at path: String, trusting trusted: [LogPublicKey] = [], progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws(OperationError) -> LogVerification {
        // The live file is opened before the others are looked for: what is renamed meanwhile is read all the same.
        var live: OpenSegment?
        var segments: [LogSegment] = []
        for _ in 0..<openingTries {
            let identity = FileIdentity(path: path)
            live = identity == nil ? nil : try OpenSegment(path)
            segments = LogSegments.of(path)
            if FileIdentity(path: path) == identity { break }
        }
        guard !segments.isEmpty else {
            throw OperationError(
                .logUnavailable, "there is no log at \(path); name it with --log PATH, or name its files")
        }
        return try of(segments, live: live, trusting: trusted, progress: progress)
    }

    /// So often a log is opened anew that is rotated while it is opened.
    private static let openingTries = 16

    /// Verifies files that somebody names, in the order of their first records.
    ///
    /// - Throws: ``ErrorCode/logUnavailable`` where one cannot be read.
    package static func ofFiles(
        _ paths: [String], trusting trusted: [LogPublicKey] = [], progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws(OperationError) -> LogVerification {
        var segments: [LogSegment] = []
        for path in paths {
            guard let segment = LogSegment(at: path, isLive: false) else {
                throw LogFailure.notRead(path, errno: ENOENT).error
            }
            segments.append(segment)
        }
        segments.sort { ($0.time, $0.path) < ($1.time, $1.path) }
        return try of(segments, live: nil, trusting: trusted, progress: progress)
    }

    private static func of(
        _ segments: [LogSegment], live: OpenSegment?, trusting trusted: [LogPublicKey],
        progress: (Int64, Int64) -> Void
    ) throws(OperationError) -> LogVerification {
        var verifier = LogVerifier(trusting: trusted)
        let total = segments.reduce(0) { $0 + $1.size }
        var done: Int64 = 0
        for segment in segments {
            let open: OpenSegment
            if segment.isLive, let live { open = live } else { open = try OpenSegment(segment) }
            verifier.beginSegment(segment.path)
            var told: Int64 = 0
            var isDamaged = false
            do throws(OperationError) {
                while try open.reader.next({ verifier.addLine($0) }) != nil {
                    let read = open.reader.bytesRead
                    guard read - told > progressInterval else { continue }
                    told = read
                    progress(done + min(read, segment.size), total)
                }
            } catch {
                // What was read of a compressed file up to the damage is good.
                guard segment.isCompressed else { throw error }
                isDamaged = true
            }
            verifier.endSegment(isDamaged: isDamaged)
            done += segment.size
        }
        return verifier.finish()
    }

    private static let progressInterval: Int64 = 16 << 20
}

/// A segment that is open, and stays the same whatever it is called meanwhile.
private final class OpenSegment {
    var reader: LogLineReader

    init(_ path: String) throws(OperationError) {
        reader = try LogLineReader(path)
    }

    /// Opens a finished segment, or what it has become if somebody has compressed it meanwhile.
    init(_ segment: LogSegment) throws(OperationError) {
        do throws(OperationError) {
            reader = try LogLineReader(segment.path)
        } catch {
            guard !segment.isCompressed, access(segment.path, F_OK) != 0 else { throw error }
            reader = try LogLineReader(segment.path + LogSegments.suffix)
        }
    }
}
