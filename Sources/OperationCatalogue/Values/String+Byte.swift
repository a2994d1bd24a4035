import Glibc

extension String {
    /// Whether this byte occurs in the text's UTF-8: a `memchr`, where the general search goes byte by byte.
    package func contains(byte: UInt8) -> Bool {
        var text = self
        return text.withUTF8 { bytes in
            bytes.baseAddress.map { memchr($0, Int32(byte), bytes.count) != nil } ?? false
        }
    }
}
