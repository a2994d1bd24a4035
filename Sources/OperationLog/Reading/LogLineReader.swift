import Glibc
package import OperationCatalogue

/// A line of a log's segment.
package struct LogLine {
    /// Without the newline; good until the next line is read.
    package let bytes: UnsafeRawBufferPointer
    /// From 1.
    package let number: Int
    /// Where it begins in the segment, decompressed, in bytes.
    package let offset: Int64
    /// Whether a newline ends it: else it is the last, and perhaps still being written.
    package let isEnded: Bool
    /// Whether it is longer than ``LogLineReader`` gives lines whole: `bytes` is then only its beginning.
    package let isTooLong: Bool
}

/// Reads a segment of a log line by line, plain or compressed (gzip), in memory that grows with its longest record alone. It is
/// read once, from its beginning to its end, so it may be a pipe.
package struct LogLineReader: ~Copyable {
    /// The longest line that is given whole, in bytes, where it does not begin as a record does.
    package static let limit = 20 << 20
    /// The same of a line that begins so. One operation is one record, and an import can be of a million tasks.
    static let recordLimit = 1 << 30
    private static let recordBeginning = "{\"v\":".utf8Bytes
    private static let chunk = 1 << 18
    private static let shownOfLongLine = 4096

    package let path: String
    private let descriptor: CInt
    /// Set where what comes is compressed.
    private var gzip: GzipStream?
    private var hasBegun = false
    private var buffer: UnsafeMutableRawBufferPointer
    /// What the buffer holds that has not been given yet.
    private var start = 0
    private var end = 0
    /// Where the search for a newline goes on.
    private var searched = 0
    private var number = 0
    private var offset: Int64 = 0
    private var hasEnded = false
    /// Whether what comes is the rest of a line that is too long.
    private var isInLongLine = false

    /// - Parameter path: a file; `-` for standard input.
    /// - Throws: ``ErrorCode/logUnavailable``.
    package init(_ path: String) throws(OperationError) {
        self.path = path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw LogFailure.notRead(path, errno: errno).error }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            close(descriptor)
            throw LogFailure.notRead(path, errno: EISDIR).error
        }
        buffer = .allocate(byteCount: Self.chunk, alignment: 8)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// Bytes that have been read, decompressed.
    package var bytesRead: Int64 { offset + Int64(end - start) }

    /// Gives the next line to `body`.
    ///
    /// - Returns: what `body` returns; `nil` at the end.
    /// - Throws: ``ErrorCode/logUnavailable`` where the file cannot be read on, or is damaged.
    package mutating func next<Result>(_ body: (LogLine) -> Result) throws(OperationError) -> Result? {
        while true {
            if let newline = newline() {
                defer { pass(newline + 1) }
                if isInLongLine { continue }
                let isTooLong = isTooLong(newline - start)
                let shown = isTooLong ? start + Self.shownOfLongLine : newline
                return body(line(upTo: shown, isEnded: true, isTooLong: isTooLong))
            }
            if isInLongLine || isTooLong(end - start) {
                defer { (offset, start, searched) = (offset + Int64(end - start), end, end) }
                if !isInLongLine {
                    isInLongLine = true
                    return body(line(upTo: start + Self.shownOfLongLine, isEnded: true, isTooLong: true))
                }
            }
            guard !hasEnded, try fill() else {
                hasEnded = true
                guard end > start else { return nil }
                defer { pass(end) }
                return body(line(upTo: end, isEnded: false))
            }
        }
    }

    private func isTooLong(_ count: Int) -> Bool {
        guard count > Self.limit else { return false }
        let line = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
        return count > Self.recordLimit || !line.has(Self.recordBeginning, at: 0)
    }

    private mutating func newline() -> Int? {
        guard let base = buffer.baseAddress, end > searched else { return nil }
        let found = memchr(base + searched, CInt(UInt8(ascii: "\n")), end - searched)
        searched = end
        return found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
    }

    private func line(upTo end: Int, isEnded: Bool, isTooLong: Bool = false) -> LogLine {
        LogLine(
            bytes: UnsafeRawBufferPointer(rebasing: buffer[start..<end]), number: number + 1, offset: offset,
            isEnded: isEnded, isTooLong: isTooLong)
    }

    private mutating func pass(_ next: Int) {
        number += 1
        offset += Int64(next - start)
        start = next
        searched = next
        isInLongLine = false
    }

    private mutating func fill() throws(OperationError) -> Bool {
        if start > 0, let base = buffer.baseAddress {
            base.copyMemory(from: UnsafeRawPointer(base + start), byteCount: end - start)
            searched -= start
            end -= start
            start = 0
        }
        if buffer.count - end < Self.chunk / 2 { grow() }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
        let count = hasBegun ? try read(into: room) : try begin(room)
        end += count
        return count > 0
    }

    /// Reads the first bytes and sees whether they are those of a gzip file.
    private mutating func begin(_ room: UnsafeMutableRawBufferPointer) throws(OperationError) -> Int {
        hasBegun = true
        var count = 0
        while count < GzipStream.magic.count {
            let more = try read(into: UnsafeMutableRawBufferPointer(rebasing: room[count..<Self.chunk / 2]))
            if more == 0 { return count }
            count += more
        }
        guard room.starts(with: GzipStream.magic) else { return count }
        gzip = GzipStream(descriptor, after: UnsafeRawBufferPointer(rebasing: room[..<count]))
        return try read(into: room)
    }

    private func read(into room: UnsafeMutableRawBufferPointer) throws(OperationError) -> Int {
        if let gzip {
            let count = gzip.read(into: room)
            guard count < 0 else { return count }
            throw gzip.failure.map { LogFailure.notRead(path, errno: $0).error } ?? LogFailure.damaged(path).error
        }
        while true {
            let count = Glibc.read(descriptor, room.baseAddress, room.count)
            if count >= 0 { return count }
            if errno != EINTR { throw LogFailure.notRead(path, errno: errno).error }
        }
    }

    private mutating func grow() {
        let fresh = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 8)
        fresh.copyMemory(from: UnsafeRawBufferPointer(buffer))
        buffer.deallocate()
        buffer = fresh
    }
}
