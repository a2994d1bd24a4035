import Glibc
import OperationCatalogue

/// A segment that is open to be followed: stays the same, and readable, whatever becomes of its name.
final class FollowedSegment {
    let path: String
    let identity: FileIdentity
    private let descriptor: CInt
    /// Set where it is compressed, and so never changes.
    private let gzip: GzipReader?
    private(set) var first: FirstLine?
    /// Up to where it has been handed on, decompressed, in bytes: the start of a line.
    private(set) var offset: Int64
    /// Of its watch.
    var watch: CInt = -1
    /// Whether nothing more will come from it.
    var isFinished = false

    /// How many bytes are read at once, at least.
    private static let chunk = 1 << 18
    /// What a gzip file begins with (RFC 1952 section 2.3.1).
    private static let gzipMagic: [UInt8] = [0x1F, 0x8B]
    /// A longer line is no record of this program's, and is passed over.
    private static let lineLimit = 32 << 20

    /// `nil` where the file cannot be opened.
    init?(_ path: String, at offset: Int64 = 0) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            return nil
        }
        self.path = path
        self.descriptor = descriptor
        self.offset = offset
        identity = FileIdentity(status)
        var magic: [UInt8] = [0, 0]
        let isGzip = pread(descriptor, &magic, 2, 0) == 2 && magic == Self.gzipMagic
        gzip = isGzip ? GzipReader(path: path) : nil
        first = gzip == nil ? FirstLine(of: descriptor) : FirstLine(ofCompressed: path)
    }

    deinit { close(descriptor) }

    var isCompressed: Bool { gzip != nil }

    /// Looks for the first line, where that was not whole before.
    func identify() {
        if first == nil { first = FirstLine(of: descriptor) }
    }

    /// Whether its first line is whole by now.
    var isIdentified: Bool {
        identify()
        return first != nil
    }

    /// Up to where it can be read now; everything of a compressed one.
    var size: Int64 {
        var status = stat()
        guard gzip == nil, fstat(descriptor, &status) == 0 else { return .max }
        return Int64(status.st_size)
    }

    /// Whether some process may still write to it.
    var isInUse: Bool { gzip == nil && SegmentLock.isInUse(descriptor) }

    func watch(with events: FileEvents?) {
        if gzip == nil, let events { watch = events.watchFile(descriptor) }
    }

    /// Goes to where it was left.
    func go(to offset: Int64) { self.offset = offset }
}

// MARK: - Reading

extension FollowedSegment {
    /// Hands on the whole lines up to an offset, some at a time.
    ///
    /// - Parameter deliver: takes lines, each with its newline; `false` to stop, and then they count as not handed on.
    /// - Returns: whether `deliver` wants to go on.
    func read(upTo limit: Int64, deliver: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        var size = Self.chunk
        while offset < limit {
            let step = withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { buffer in
                readOnce(into: buffer, upTo: limit, deliver: deliver)
            }
            switch step {
            case .delivered: size = Self.chunk
            case .lineIsLonger where size >= Self.lineLimit: offset += Int64(size)
            case .lineIsLonger: size *= 4
            case .end: return true
            case .stopped: return false
            }
        }
        return true
    }

    private enum Step {
        case delivered, lineIsLonger, end, stopped
    }

    private func readOnce(
        into buffer: UnsafeMutableRawBufferPointer, upTo limit: Int64, deliver: (UnsafeRawBufferPointer) -> Bool
    ) -> Step {
        let wanted = Int(min(Int64(buffer.count), limit - offset))
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        let count = gzip?.readAll(into: room, at: offset) ?? pread(descriptor, room.baseAddress, wanted, off_t(offset))
        guard count > 0 else { return .end }
        guard let newline = room[..<count].lastIndex(of: UInt8(ascii: "\n")) else {
            return count == buffer.count ? .lineIsLonger : .end
        }
        guard deliver(UnsafeRawBufferPointer(rebasing: room[...newline])) else { return .stopped }
        offset += Int64(newline + 1)
        return .delivered
    }

    /// Hands on what stands behind the last newline, if that is a record which lacks only its newline.
    ///
    /// - Returns: `true` to go on; `false` where `deliver` says to stop; `nil` where what stands there was torn.
    func readRest(deliver: (UnsafeRawBufferPointer) -> Bool) -> Bool? {
        let wanted = Int(min(max(0, size - offset), Int64(Self.lineLimit)))
        guard gzip == nil, wanted > 0 else { return true }
        var rest = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, wanted, off_t(offset)))
        }
        guard (try? JSONText(validating: rest)) != nil else { return nil }
        rest.append(UInt8(ascii: "\n"))
        guard rest.withUnsafeBytes({ deliver($0) }) else { return false }
        offset += Int64(rest.count - 1)
        return true
    }
}

// MARK: - Truncation

extension FollowedSegment {
    /// Whether what had been handed on is still there.
    enum Change {
        case none
        /// The file is shorter; what is left of it is as it was.
        case cut
        /// The file holds something else now.
        case replaced
    }

    /// Sees whether the file was cut short, and goes on from what is there: behind what is left, or from the start.
    func followTruncation() -> Change {
        guard gzip == nil, offset > 0 else { return .none }
        let size = size
        // A finished one may lack its last newline.
        if size == offset || size > offset && endsLine(offset) { return .none }
        let now = FirstLine(of: descriptor)
        guard size < offset, let first, now == first else {
            first = now
            offset = 0
            return .replaced
        }
        offset = lineStart(before: size)
        return .cut
    }

    private func endsLine(_ end: Int64) -> Bool {
        var byte: UInt8 = 0
        return pread(descriptor, &byte, 1, off_t(end - 1)) == 1 && byte == UInt8(ascii: "\n")
    }

    /// The offset behind the last newline up to an offset.
    private func lineStart(before end: Int64) -> Int64 { start(ofLast: 0, before: end) }

    /// Sets the offset to where the last lines begin.
    ///
    /// - Returns: how many lines there are from there on, up to `count`.
    func goBack(lines count: Int) -> Int {
        if gzip != nil { return goBackCompressed(lines: count) }
        let end = size
        offset = start(ofLast: count, before: end)
        var found = 0
        let start = offset
        _ = read(upTo: end) { lines in
            found += lines.count { $0 == UInt8(ascii: "\n") }
            return true
        }
        offset = start
        return found
    }

    /// Where the last `count` whole lines before an offset begin.
    private func start(ofLast count: Int, before end: Int64) -> Int64 {
        var (position, left) = (end, count)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while position > 0 {
            let begin = max(0, position - Int64(buffer.count))
            let got = pread(descriptor, &buffer, Int(position - begin), off_t(begin))
            guard got == Int(position - begin) else { return 0 }
            for index in stride(from: got - 1, through: 0, by: -1) where buffer[index] == UInt8(ascii: "\n") {
                if left == 0 { return begin + Int64(index) + 1 }
                left -= 1
            }
            position = begin
        }
        return 0
    }

    /// A compressed one is read from its beginning.
    private func goBackCompressed(lines count: Int) -> Int {
        var starts: [Int64] = []
        var (lines, position) = (0, Int64(0))
        offset = 0
        _ = read(upTo: .max) { bytes in
            for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
                if starts.count < count {
                    starts.append(position)
                } else if count > 0 {
                    starts[lines % count] = position
                }
                lines += 1
                position = self.offset + Int64(index) + 1
            }
            return true
        }
        guard count > 0, lines > 0 else { return 0 }
        offset = starts[lines <= count ? 0 : lines % count]
        return min(lines, count)
    }
}

extension GzipReader {
    /// Fills a buffer from an offset on, unless the end comes first.
    fileprivate func readAll(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        seek(to: offset)
        var filled = 0
        while filled < buffer.count {
            let count = read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            guard count > 0 else { break }
            filled += count
        }
        return filled
    }
}
