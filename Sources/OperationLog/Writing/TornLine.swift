import Crypto
import Glibc
import OperationCatalogue

/// A line at the end of a segment that was begun and never ended: its process was killed, or its disk was full.
struct TornLine {
    /// Where it begins in the segment, in bytes.
    let offset: Int64
    let count: Int
    /// The SHA-256 of its bytes in hexadecimal digits.
    let digest: String

    /// A longer line is no record of this program's, and is not looked at.
    private static let limit = 64 << 20
    private static let chunk = 65_536

    /// The line of a file that ends at `end`; `nil` where that is empty, or a whole record, or cannot be read.
    init?(of descriptor: CInt, endingAt end: Int64) {
        guard let start = Self.lineStart(of: descriptor, before: end), start < end else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(end - start))
        guard pread(descriptor, &bytes, bytes.count, off_t(start)) == bytes.count else { return nil }
        if bytes.first == UInt8(ascii: "{"), (try? JSONText(validating: bytes)) != nil { return nil }
        offset = start
        count = bytes.count
        digest = SHA256.hash(data: bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    private static func lineStart(of descriptor: CInt, before size: Int64) -> Int64? {
        var buffer = [UInt8](repeating: 0, count: chunk)
        var end = size
        while end > 0 {
            guard size - end < limit else { return nil }
            let start = max(0, end - Int64(chunk))
            let count = pread(descriptor, &buffer, Int(end - start), off_t(start))
            guard count == Int(end - start) else { return nil }
            if let newline = buffer[..<count].lastIndex(of: UInt8(ascii: "\n")) { return start + Int64(newline) + 1 }
            end = start
        }
        return 0
    }
}
