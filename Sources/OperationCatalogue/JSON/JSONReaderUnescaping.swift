extension JSONReader.Scanner {
    /// The contents of a string, escapes resolved.
    @inline(__always)
    func contents(of token: JSONReader.StringToken) -> String {
        guard !token.hasEscapes else { return unescaped(token) }
        let bytes = slice(from: token.start, to: token.end)
        return String(
            copying: UTF8Span(
                unchecked: bytes.bindMemory(to: UInt8.self).span, isKnownASCII: token.isASCII))
    }

    /// An escape is never shorter than what it stands for: the text's own length is room enough.
    @inline(never)
    private func unescaped(_ token: JSONReader.StringToken) -> String {
        String(unsafeUninitializedCapacity: token.end - token.start) { target in
            var offset = token.start
            var count = 0
            while offset < token.end {
                let byte = byte(at: offset)
                if byte != UInt8(ascii: "\\") {
                    target[count] = byte
                    count += 1
                    offset += 1
                } else if self.byte(at: offset + 1) != UInt8(ascii: "u") {
                    target[count] = simpleEscape(self.byte(at: offset + 1))
                    count += 1
                    offset += 2
                } else {
                    for unit in UTF8.encode(scalar(at: &offset)) ?? UTF8.encodedReplacementCharacter {
                        target[count] = unit
                        count += 1
                    }
                }
            }
            return count
        }
    }

    private func simpleEscape(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// The scalar that one checked `\u` escape, or a pair of them, stands for; moves the offset behind it.
    private func scalar(at offset: inout Int) -> Unicode.Scalar {
        let first = unit(at: offset)
        offset += 6
        guard 0xD800...0xDBFF ~= first else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        let second = unit(at: offset)
        offset += 6
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private func unit(at offset: Int) -> UInt32 {
        (offset + 2..<offset + 6).reduce(0) { value, place in
            value << 4 | (JSONReader.hexadecimalDigit(byte(at: place)) ?? 0)
        }
    }
}
