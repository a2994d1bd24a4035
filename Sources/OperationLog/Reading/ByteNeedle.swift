import Glibc

/// A text to look for in many lines.
package struct ByteNeedle: Sendable {
    private let bytes: [UInt8]
    /// Which of its bytes `memchr(3)` looks for: one that is rare in records, so that few places have to be compared.
    private let anchor: Int

    package init(_ text: String) {
        let bytes = Array(text.utf8)
        self.bytes = bytes
        anchor = bytes.indices.min { Self.commonness(bytes[$0]) < Self.commonness(bytes[$1]) } ?? 0
    }

    /// Its length in bytes.
    package var count: Int { bytes.count }

    /// Whether it stands somewhere in these bytes.
    package func isIn(_ text: UnsafeRawBufferPointer) -> Bool { position(in: text) != nil }

    /// Where it stands first; `nil` where it does not.
    package func position(in text: UnsafeRawBufferPointer) -> Int? {
        guard let base = text.baseAddress, text.count >= bytes.count, !bytes.isEmpty else { return nil }
        let end = text.count - (bytes.count - 1 - anchor)
        var position = anchor
        while position < end, let found = memchr(base + position, CInt(bytes[anchor]), end - position) {
            let place = UnsafeRawPointer(found) - base
            if memcmp(base + (place - anchor), bytes, bytes.count) == 0 { return place - anchor }
            position = place + 1
        }
        return nil
    }

    private static func commonness(_ byte: UInt8) -> Int {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "-"): 4
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): 3
        case UInt8(ascii: "i"), UInt8(ascii: "n"), UInt8(ascii: "o"), UInt8(ascii: "r"), UInt8(ascii: "s"),
            UInt8(ascii: "t"), UInt8(ascii: "u"):
            2
        default: 1
        }
    }
}
