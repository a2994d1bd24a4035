extension JSONReader {
    /// A place in a text that moves forward token by token.
    struct Scanner {
        let base: UnsafeRawPointer
        let end: Int
        var position = 0

        /// - Parameter bytes: must outlive the scanner.
        init(_ bytes: UnsafeRawBufferPointer) throws(JSONSyntaxError) {
            guard let base = bytes.baseAddress else {
                throw .unexpectedEnd("a value", at: 0)
            }
            self.base = base
            self.end = bytes.count
        }

        var isAtEnd: Bool { position == end }

        /// The byte at an offset, and 0 at the end: no token has a 0 in it.
        @inline(__always)
        func byte(at offset: Int) -> UInt8 {
            offset < end ? base.load(fromByteOffset: offset, as: UInt8.self) : 0
        }

        /// Eight bytes from an offset, the first as the lowest: all of them must be there.
        @inline(__always)
        func word(at offset: Int) -> UInt64 {
            assert(offset &+ 8 <= end)
            return UInt64(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }

        /// The bytes of a range that was scanned.
        @inline(__always)
        func slice(from start: Int, to end: Int) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(start: base + start, count: end &- start)
        }

        @inline(__always)
        var current: UInt8 { byte(at: position) }

        @inline(__always)
        mutating func advance() {
            position += 1
        }

        /// Steps over a character when it is the next one.
        @inline(__always)
        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard current == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        /// Steps over spaces, tabs, line feeds and carriage returns.
        mutating func skipWhitespace() {
            while position < end {
                switch byte(at: position) {
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
                default: return
                }
            }
        }

        /// Steps over `true`, `false` or `null`, whose first letter stands here.
        mutating func literal(_ word: StaticString) throws(JSONSyntaxError) {
            for index in 0..<word.utf8CodeUnitCount {
                guard current == word.utf8Start[index] else { throw unexpected("the word '\(word)'") }
                position += 1
            }
        }

        func refuseByteOrderMark() throws(JSONSyntaxError) {
            guard byte(at: 0) != 0xEF || byte(at: 1) != 0xBB || byte(at: 2) != 0xBF else { throw .byteOrderMark }
        }
    }
}
