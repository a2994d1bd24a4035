import CZlib
import Glibc

/// The bytes of a file, decompressed where it is a gzip file (RFC 1952), which may consist of several members.
final class GzipReader {
    let isCompressed: Bool
    private let file: gzFile

    /// `nil` where the file cannot be opened or read.
    init?(path: String) {
        guard let file = gzopen(path, "rbe") else { return nil }
        self.file = file
        gzbuffer(file, 1 << 17)
        // Reads the beginning, to see what it is.
        isCompressed = gzdirect(file) == 0
    }

    deinit { gzclose_r(file) }

    /// Reads up to the size of the buffer.
    ///
    /// - Returns: how many bytes; 0 at the end, -1 where the file is damaged or cut short.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = Int(gzread(file, buffer.baseAddress, UInt32(clamping: buffer.count)))
        guard count >= 0 else { return -1 }
        guard count == 0 else { return count }
        var code: CInt = 0
        _ = gzerror(file, &code)
        return code == Z_OK || code == Z_STREAM_END ? 0 : -1
    }

    /// Goes to an offset of the decompressed bytes; forwards that costs the decompression of what lies between, backwards that
    /// of everything before.
    func seek(to offset: Int64) {
        guard gztell(file) != offset else { return }
        gzseek(file, off_t(offset), SEEK_SET)
    }

    /// How many bytes a gzip file of one member holds, modulo 2^32, as it says at its end (RFC 1952 section 2.3.1); `nil` where
    /// it cannot be read.
    static func sizeModulo32(of path: String) -> UInt32? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4)
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 18, pread(descriptor, &bytes, 4, end - 4) == 4 else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// What a file begins with; `nil` where it cannot be read.
    static func beginning(of path: String, count: Int) -> (bytes: [UInt8], isCompressed: Bool)? {
        guard let reader = GzipReader(path: path) else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, reader.read(into: UnsafeMutableRawBufferPointer(buffer)))
        }
        return (bytes, reader.isCompressed)
    }
}
