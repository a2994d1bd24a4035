import CZlib
import Glibc

/// Decompresses a gzip file (RFC 1952), of one member or several, as it comes from a descriptor that cannot be read twice,
/// such as a pipe. Each read gives what there is by then.
final class GzipStream {
    /// What a gzip file begins with (section 2.3.1).
    static let magic: [UInt8] = [0x1F, 0x8B]

    private static let chunk = 1 << 17
    /// Takes the header and the check values of the gzip form, with the largest window (`inflateInit2` in zlib.h).
    private static let windowBits: CInt = 15 + 16

    private let descriptor: CInt
    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    /// Whether the last member has come to its end.
    private var isBetweenMembers = false
    private var hasEnded = false
    /// The system's error, where the descriptor could not be read on; else what was read is damaged.
    private(set) var failure: CInt?

    /// - Parameters:
    ///   - descriptor: what comes next; it stays the caller's.
    ///   - beginning: what has been read of it already, no longer than a chunk.
    init?(_ descriptor: CInt, after beginning: UnsafeRawBufferPointer) {
        guard beginning.count <= Self.chunk else { return nil }
        self.descriptor = descriptor
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: Self.chunk, alignment: 8)
        input.copyMemory(from: beginning)
        let size = CInt(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size) == Z_OK else {
            stream.deallocate()
            input.deallocate()
            return nil
        }
        offer(beginning.count)
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        input.deallocate()
    }

    /// - Returns: how many bytes; 0 at the end, -1 where no more can be read, or what is there is damaged or cut short.
    func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_out = uInt(clamping: room.count)
        let wanted = Int(stream.pointee.avail_out)
        while !hasEnded {
            if stream.pointee.avail_in == 0 {
                let count = refill()
                guard count >= 0 else { return -1 }
                if count == 0 {
                    hasEnded = true
                    return isBetweenMembers ? 0 : -1
                }
            }
            if isBetweenMembers, !beginsMember() { break }
            switch inflate(stream, Z_NO_FLUSH) {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isBetweenMembers = true
            default: return -1
            }
            let produced = wanted - Int(stream.pointee.avail_out)
            if produced > 0 { return produced }
        }
        hasEnded = true
        return 0
    }

    /// Whether another member follows. What else stands behind the last one is left alone, as gzip(1) leaves it.
    private func beginsMember() -> Bool {
        guard stream.pointee.next_in.pointee == Self.magic[0] else { return false }
        isBetweenMembers = false
        return inflateReset(stream) == Z_OK
    }

    private func refill() -> Int {
        while true {
            let count = Glibc.read(descriptor, input.baseAddress, input.count)
            if count < 0 {
                if errno == EINTR { continue }
                failure = errno
                return -1
            }
            offer(count)
            return count
        }
    }

    private func offer(_ count: Int) {
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_in = uInt(clamping: count)
    }
}
