import Crypto
import Glibc
package import OperationCatalogue

/// The newest end of a log, in one word for keeping elsewhere: whoever has it can prove later that this end is still in the log,
/// and that nothing before it has changed.
package struct LogHead: Hashable, Sendable {
    /// The `time` of the first record of its segment, in ISO 8601's basic form: by that the segment is found again.
    let segment: String
    /// Where the end is: so many bytes from the segment's start, uncompressed.
    let bytes: Int64
    /// Of these bytes. They begin with a header that is bound to the segment before.
    let digest: RecordDigest

    private static let beginning = "deferno-log-head:1:"

    /// Reads what ``text`` gives; `nil` where the text is none.
    package init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let text = words.first, text.hasPrefix(Self.beginning) else { return nil }
        let parts = text.dropFirst(Self.beginning.count).split(separator: ":", omittingEmptySubsequences: false)
        var digits = parts.count == 3 ? String(parts[2]) : ""
        guard parts.count == 3, parts[0].utf8.count == 23, let bytes = Int64(parts[1]), bytes > 0,
            let digest = digits.withUTF8({ RecordDigest(digits: UnsafeRawBufferPointer($0)) })
        else { return nil }
        (segment, self.bytes, self.digest) = (String(parts[0]), bytes, digest)
    }

    private init(segment: String, bytes: Int64, digest: RecordDigest) {
        (self.segment, self.bytes, self.digest) = (segment, bytes, digest)
    }

    package var text: String { "\(Self.beginning)\(segment):\(bytes):\(digest.text)" }

    /// Whether a segment whose first record has this time is the one that the end is in.
    func isIn(segmentFrom time: String) -> Bool { LogFolder.basicForm(time) == segment }
}

extension LogHead {
    /// The end of the last whole line of the log at a path.
    ///
    /// - Throws: ``ErrorCode/logUnavailable`` where there is no log, it has no records, or cannot be read.
    package static func of(_ path: String) throws(OperationError) -> LogHead {
        for segment in LogSegments.of(path).reversed() where !segment.time.isEmpty {
            guard let reader = GzipReader(path: segment.path) else {
                throw LogFailure.notRead(segment.path, errno: errno).error
            }
            if let head = try head(of: segment, reader) { return head }
        }
        throw OperationError(
            .logUnavailable,
            "there is no log with records at \(path), so it has no end yet; name another with --log PATH")
    }

    private static func head(of segment: LogSegment, _ reader: GzipReader) throws(OperationError) -> LogHead? {
        var sum = SHA256()
        var (total, end) = (Int64(0), Int64(0))
        var digest: RecordDigest?
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = buffer.withUnsafeMutableBytes { reader.read(into: $0) }
            guard count >= 0 else { throw LogFailure.damaged(segment.path).error }
            guard count > 0 else { break }
            buffer.withUnsafeBytes { buffer in
                let newline = buffer[..<count].lastIndex(of: UInt8(ascii: "\n"))
                let whole = newline.map { $0 + 1 } ?? 0
                sum.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<whole]))
                if newline != nil { (end, digest) = (total + Int64(whole), RecordDigest(sum.finalize())) }
                sum.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[whole..<count]))
            }
            total += Int64(count)
        }
        return digest.map { LogHead(segment: LogFolder.basicForm(segment.time), bytes: end, digest: $0) }
    }
}
