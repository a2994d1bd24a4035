/// A place in a text for people: a line ends with LF; a column counts Unicode scalars, and a byte that is no UTF-8 as one.
package struct JSONPlace: Hashable, Sendable {
    /// From 1.
    package private(set) var line = 1
    /// From 1.
    package private(set) var column = 1

    @inline(__always)
    mutating func step(over byte: UInt8) {
        if byte == UInt8(ascii: "\n") {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
    }

    /// The same for many bytes: each is looked at once, whatever the lengths of the lines.
    mutating func step(over bytes: UnsafeRawBufferPointer) {
        var lines = 0
        for byte in bytes { lines &+= byte == UInt8(ascii: "\n") ? 1 : 0 }
        var rest = bytes
        if lines > 0, let last = bytes.lastIndex(of: UInt8(ascii: "\n")) {
            line += lines
            column = 1
            rest = UnsafeRawBufferPointer(rebasing: bytes[(last + 1)...])
        }
        var scalars = 0
        for byte in rest { scalars &+= byte & 0xC0 != 0x80 ? 1 : 0 }
        column += scalars
    }
}
