import Crypto
import Synchronization

/// The SHA-256 of a script's bytes, as they are read.
package final class ScriptDigest: Sendable {
    private let hash = Mutex(SHA256())

    package init() {}

    func add(_ bytes: UnsafeRawBufferPointer) {
        hash.withLock { $0.update(bufferPointer: bytes) }
    }

    /// Of what has been read so far, in lower-case hexadecimal digits.
    package var hexadecimal: String {
        hash.withLock { $0 }.finalize().reduce(into: "") { text, byte in
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
