import Glibc

/// What a segment begins with: by this it is known again, whatever it is called and whether it is compressed.
struct FirstLine: Hashable {
    /// The SHA-256 of the line without its newline.
    let digest: RecordDigest
    /// The `time` of its record.
    let time: String

    /// A longer first line is none of a log.
    private static let limit = 65_536

    /// `nil` where the line is not whole yet, or no record.
    private init?(_ bytes: UnsafeRawBufferPointer) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let line = UnsafeRawBufferPointer(rebasing: bytes[..<end])
        let time = LogSegment.time(in: [UInt8](line.prefix(96)))
        guard !time.isEmpty else { return nil }
        digest = RecordDigest(after: nil, of: line)
        self.time = time
    }

    /// That of a file that is open.
    init?(of descriptor: CInt) {
        let found = withUnsafeTemporaryAllocation(byteCount: Self.limit, alignment: 8) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
            return count > 0 ? FirstLine(UnsafeRawBufferPointer(rebasing: buffer[..<count])) : nil
        }
        guard let found else { return nil }
        self = found
    }

    /// That of a gzip file.
    init?(ofCompressed path: String) {
        guard let (bytes, _) = GzipReader.beginning(of: path, count: Self.limit) else { return nil }
        let found = bytes.withUnsafeBytes { FirstLine($0) }
        guard let found else { return nil }
        self = found
    }
}
