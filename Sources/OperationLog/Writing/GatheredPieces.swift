import Glibc

/// Bytes that lie in several places and are written one behind the other (`writev(2)`), as far as they are not written yet.
struct GatheredPieces {
    private var pieces: ArraySlice<UnsafeRawBufferPointer>
    /// How many bytes are written.
    private(set) var count = 0
    /// The last of these.
    private(set) var lastByte: UInt8?

    /// The most pieces that one call takes (`IOV_MAX` on Linux).
    private static let mostPieces = 1024

    /// - Parameter pieces: must outlive this.
    init(_ pieces: [UnsafeRawBufferPointer]) {
        self.pieces = pieces.filter { !$0.isEmpty }[...]
    }

    var isEmpty: Bool { pieces.isEmpty }

    /// - Returns: what the system has: how many bytes it took, or -1 with `errno`.
    func write(to descriptor: CInt) -> Int {
        let vectors = pieces.prefix(Self.mostPieces).map {
            iovec(iov_base: UnsafeMutableRawPointer(mutating: $0.baseAddress), iov_len: $0.count)
        }
        return writev(descriptor, vectors, CInt(vectors.count))
    }

    /// Leaves out what was written.
    mutating func advance(by written: Int) {
        count += written
        var written = written
        while written > 0, let first = pieces.first {
            lastByte = first[min(written, first.count) - 1]
            if written < first.count {
                pieces[pieces.startIndex] = UnsafeRawBufferPointer(rebasing: first[written...])
            } else {
                pieces.removeFirst()
            }
            written -= min(written, first.count)
        }
    }
}
