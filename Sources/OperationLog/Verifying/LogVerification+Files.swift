import Glibc
package import OperationCatalogue

extension LogVerification {
    /// Verifies the log at a path: all its segments, in order. A log that is rotated meanwhile is verified as it was at the
    /// start, and what was written up to now.
    ///
    /// - Parameters:
    ///   - trusted: the keys that it must be signed with.
    ///   - head: an end that must be in it.
    ///   - isExpected: whether there must be a log with records: one that is missing or empty is then not intact.
    ///   - progress: told now and then how many bytes of how many have been read, as they lie on the disk.
    /// - Throws: ``ErrorCode/logUnavailable`` where there is no log, or a file of it cannot be read.
    package static func ofLog(
        at path: String, trusting trusted: [LogPublicKey] = [], expecting head: LogHead? = nil,
        isExpected: Bool = false, progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws(OperationError) -> LogVerification {
        // The live file is opened before the others are looked for: what is renamed meanwhile is read all the same.
        var live: OpenSegment?
        var segments: [BoundSegment] = []
        for _ in 0..<openingTries {
            let identity = FileIdentity(path: path)
            live = identity == nil ? nil : try OpenSegment(path)
            segments = LogSegments.of(path).map { BoundSegment($0) }
            if FileIdentity(path: path) == identity { break }
        }
        let isExpected = isExpected || head != nil
        guard !segments.isEmpty || isExpected else {
            throw OperationError(
                .logUnavailable, "there is no log at \(path); name it with --log PATH, or name its files")
        }
        let found = try of(segments, live: live, trusting: trusted, expecting: head, progress: progress)
        return isExpected ? found.expectingRecords(at: path) : found
    }

    /// So often a log is opened anew that is rotated while it is opened.
    private static let openingTries = 16

    /// Verifies files that somebody names, in the order of their first records. One that is not there, or that has no records, is
    /// not intact.
    ///
    /// - Throws: ``ErrorCode/logUnavailable`` where one cannot be read.
    package static func ofFiles(
        _ paths: [String], trusting trusted: [LogPublicKey] = [], expecting head: LogHead? = nil,
        progress: (Int64, Int64) -> Void = { _, _ in }
    ) throws(OperationError) -> LogVerification {
        var segments: [LogSegment] = []
        var missing: [String] = []
        for path in paths {
            if let segment = LogSegment(at: path, isLive: false) {
                segments.append(segment)
            } else if access(path, F_OK) != 0, errno == ENOENT || errno == ENOTDIR {
                missing.append(path)
            } else {
                throw LogFailure.notRead(path, errno: access(path, R_OK) == 0 ? EISDIR : errno).error
            }
        }
        segments.sort { ($0.time, $0.path) < ($1.time, $1.path) }
        let bound = segments.map { BoundSegment($0) }
        let found = try of(bound, live: nil, trusting: trusted, expecting: head, progress: progress)
        return found.adding(missing: missing).expectingRecords(at: paths.first ?? "")
    }

    /// The same, but for a finding where it holds no record at all, though one was expected.
    private func expectingRecords(at path: String) -> LogVerification {
        guard summary.records + summary.versionOneRecords == 0, isIntact else { return self }
        return adding(missing: [path], "holds no record, or is not there, though a log was expected here")
    }

    private func adding(
        missing paths: [String], _ message: String = "is not there, though a log was expected here"
    ) -> LogVerification {
        guard !paths.isEmpty else { return self }
        var summary = summary
        summary.counts[.missing, default: 0] += paths.count
        let missing = paths.map { LogFinding(kind: .missing, file: $0, lines: 1...1, message: message) }
        return LogVerification(findings: findings + missing, summary: summary)
    }

    private static func of(
        _ segments: [BoundSegment], live: OpenSegment?, trusting trusted: [LogPublicKey], expecting head: LogHead?,
        progress: (Int64, Int64) -> Void
    ) throws(OperationError) -> LogVerification {
        var verifier = LogVerifier(trusting: trusted, expecting: head)
        let total = segments.reduce(0) { $0 + $1.segment.size }
        var done: Int64 = 0
        for (index, bound) in segments.enumerated() {
            let segment = bound.segment
            let open: OpenSegment
            if segment.isLive, let live { open = live } else { open = try OpenSegment(segment) }
            let next = index + 1 < segments.count ? segments[index + 1].bytesBefore : nil
            verifier.beginSegment(segment.path, from: segment.time, cuts: next.map { [$0] } ?? [])
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

/// A segment, and how long it says that the one before it was.
private struct BoundSegment {
    let segment: LogSegment
    /// In bytes, uncompressed; `nil` where it says nothing of that.
    let bytesBefore: Int64?

    /// What its first record may take up, with torn lines before it.
    private static let beginning = 1 << 17

    init(_ segment: LogSegment) {
        self.segment = segment
        guard let (bytes, _) = GzipReader.beginning(of: segment.path, count: Self.beginning) else {
            bytesBefore = nil
            return
        }
        bytesBefore = bytes.withUnsafeBytes { Self.bytesBefore(in: $0) }
    }

    /// By the first record of a segment that begins so.
    static func bytesBefore(in bytes: UnsafeRawBufferPointer) -> Int64? {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let line = UnsafeRawBufferPointer(rebasing: line)
            guard let record = SealedRecord(line) else { continue }
            let body = UnsafeRawBufferPointer(rebasing: line[..<record.bodyCount])
            if case .segment(let bytes, _)? = HeaderMembers.binding(in: body) { return bytes }
            return nil
        }
        return nil
    }
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
