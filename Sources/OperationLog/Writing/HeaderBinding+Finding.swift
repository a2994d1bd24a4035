import Crypto
import Glibc

/// What a header that is about to be written is bound to. Asked for under the lock that all header writers share.
extension HeaderBinding {
    /// - Parameters:
    ///   - path: where the segment lies.
    ///   - descriptor: the segment, open for reading.
    /// - Returns: `nil` where nothing stood before, or what did cannot be read.
    static func before(headerOf path: String, _ descriptor: CInt) -> HeaderBinding? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        let size = Int64(status.st_size)
        if let last = lastRecord(of: descriptor, size: size) { return last }
        return size <= searchLimit ? segment(before: path) : nil
    }

    // MARK: Within the segment

    /// So many bytes from its end a segment is searched for a record; more without any are none of a log.
    private static let searchLimit: Int64 = 64 << 20

    private static func lastRecord(of descriptor: CInt, size: Int64) -> HeaderBinding? {
        var window = min(size, 16_384)
        while window > 0 {
            var bytes = [UInt8](repeating: 0, count: Int(window))
            let start = size - window
            guard pread(descriptor, &bytes, bytes.count, off_t(start)) == bytes.count else { return nil }
            let found = bytes.withUnsafeBytes { lastRecord(in: $0, beginsWithLine: start == 0) }
            if let found { return .after(offset: start + Int64(found.offset), hash: found.hash) }
            guard start > 0, window < searchLimit else { return nil }
            window = min(size, window * 16)
        }
        return nil
    }

    /// The last line that is a record, passing over empty and torn ones, and one that is still being written.
    private static func lastRecord(
        in bytes: UnsafeRawBufferPointer, beginsWithLine: Bool
    ) -> (offset: Int, hash: RecordDigest)? {
        let newline = UInt8(ascii: "\n")
        var next = bytes.lastIndex(of: newline)
        while let end = next {
            next = bytes[..<end].lastIndex(of: newline)
            guard next != nil || beginsWithLine else { return nil }
            let start = next.map { $0 + 1 } ?? 0
            if start < end, let record = SealedRecord(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) {
                return (start, record.hash)
            }
        }
        return nil
    }

    // MARK: The segment before

    private static func segment(before path: String) -> HeaderBinding? {
        guard let segment = LogSegments.of(path).last(where: { !$0.isLive }) else { return nil }
        let binding = segment.isCompressed ? ofCompressed(segment.path) : ofPlain(segment.path)
        // Whoever compresses it may have been quicker.
        return binding ?? ofCompressed(segment.path + LogSegments.suffix)
    }

    private static func ofPlain(_ path: String) -> HeaderBinding? {
        // A lock needs a descriptor that may write; who has none goes without.
        var descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)
        let isLocked = descriptor >= 0 && SegmentLock.takeHeader(descriptor)
        if descriptor < 0 { descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        // No header comes any more: its writer looks under the lock whether this is still the live segment.
        if isLocked { SegmentLock.releaseHeader(descriptor) }
        let size = Int64(status.st_size)
        guard isKnown, size > 0 else { return nil }
        var position: Int64 = 0
        return digest { buffer in
            let wanted = Int(min(Int64(buffer.count), size - position))
            let count = pread(descriptor, buffer.baseAddress, wanted, off_t(position))
            position += Int64(max(0, count))
            return count
        }
    }

    private static func ofCompressed(_ path: String) -> HeaderBinding? {
        guard let reader = GzipReader(path: path) else { return nil }
        return digest { reader.read(into: $0) }
    }

    /// - Parameter read: fills a buffer with what comes next and returns how much that is: 0 at the end, less where it cannot
    ///   be read on; what could be read is bound.
    private static func digest(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> HeaderBinding? {
        var sum = SHA256()
        var total: Int64 = 0
        withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 8) { buffer in
            while case let count = read(buffer), count > 0 {
                sum.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                total += Int64(count)
            }
        }
        return total > 0 ? .segment(bytes: total, digest: RecordDigest(sum.finalize())) : nil
    }
}
