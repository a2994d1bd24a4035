import Synchronization

/// Where payloads lie that are too long to be held in memory: files without a name, which nobody else can open and which go with
/// the process at the latest.
package final class Spools: Sendable {
    /// The folders to try, in this order.
    let folders: [String]
    /// For reading them back, and for letting go of them: neither waits for whoever carries out operations.
    let gate = BlockingGate(width: 4)

    /// Buffers that no payload is written into just now. Made anew for each, they would leave the memory full of holes.
    private let buffers = Mutex<[[UInt8]]>([])
    private static let mostBuffers = 4

    /// So many bytes of a payload are in memory before the rest of it goes into a file, and of each part of it after that.
    package static let partBytes = 1_048_576

    /// - Parameters:
    ///   - temporary: the folder that the user has chosen for such files (`TMPDIR`); `nil` for none.
    ///   - folder: the one to take otherwise. `/tmp`, which may itself be in memory, comes last.
    package init(temporary: String?, orIn folder: String) {
        folders = ([temporary, folder, "/var/tmp", "/tmp"] as [String?]).compactMap { $0 }.filter { !$0.isEmpty }
    }

    /// An empty buffer with room for a part, and for what an element takes beyond it.
    func buffer() -> [UInt8] {
        if let buffer = buffers.withLock({ $0.popLast() }) { return buffer }
        var buffer: [UInt8] = []
        buffer.reserveCapacity(Self.partBytes + Self.partBytes / 8)
        return buffer
    }

    /// Takes a buffer over for the next payload, but for one that had to grow for a huge element.
    func keep(_ buffer: inout [UInt8]) {
        var kept: [UInt8] = []
        swap(&kept, &buffer)
        guard kept.capacity <= 2 * Self.partBytes else { return }
        kept.removeAll(keepingCapacity: true)
        buffers.withLock { if $0.count < Self.mostBuffers { $0.append(kept) } }
    }
}
