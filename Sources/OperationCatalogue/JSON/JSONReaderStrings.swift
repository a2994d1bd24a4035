extension JSONReader {
    /// A checked string of the text.
    struct StringToken {
        /// The offsets of its contents, between the quotes.
        let start: Int
        let end: Int
        let hasEscapes: Bool
        let isASCII: Bool
    }
}

extension JSONReader.Scanner {
    /// Steps over the string whose opening quote stands here: its UTF-8 (RFC 3629) and its escapes are good.
    mutating func string() throws(JSONSyntaxError) -> JSONReader.StringToken {
        let start = position + 1
        position = start
        var hasEscapes = false
        var isASCII = true
        while true {
            skipPlainCharacters()
            switch current {
            case UInt8(ascii: "\""):
                defer { position += 1 }
                return JSONReader.StringToken(start: start, end: position, hasEscapes: hasEscapes, isASCII: isASCII)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0x80...:
                isASCII = false
                try skipNonASCII()
            default:
                throw isAtEnd
                    ? unexpected("'\"' at the end of a string")
                    : unexpected("control characters in a string to be escaped")
            }
        }
    }

    /// Steps over ASCII that may stand in a string as it is, eight bytes at a time.
    @inline(__always)
    private mutating func skipPlainCharacters() {
        var offset = position
        while offset &+ 8 <= end {
            let stops = JSONReader.stopsInString(word(at: offset))
            guard stops == 0 else {
                position = offset &+ (stops.trailingZeroBitCount &>> 3)
                return
            }
            offset &+= 8
        }
        while offset < end, JSONReader.isPlain(base.load(fromByteOffset: offset, as: UInt8.self)) {
            offset &+= 1
        }
        position = offset
    }

    private mutating func skipEscape() throws(JSONSyntaxError) {
        switch byte(at: position + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            try skipUnicodeEscape()
        default:
            throw unexpected("one of '\"\\/bfnrtu' after '\\'", at: position + 1)
        }
    }

    private mutating func skipUnicodeEscape() throws(JSONSyntaxError) {
        let first = try hexadecimal(at: position + 2)
        guard 0xD800...0xDFFF ~= first else {
            position += 6
            return
        }
        guard first < 0xDC00, byte(at: position + 6) == UInt8(ascii: "\\"), byte(at: position + 7) == UInt8(ascii: "u"),
            0xDC00...0xDFFF ~= (try hexadecimal(at: position + 8))
        else { throw loneSurrogate(at: position) }
        position += 12
    }

    /// The value of four hexadecimal digits.
    private func hexadecimal(at offset: Int) throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for place in offset..<offset + 4 {
            guard let digit = JSONReader.hexadecimalDigit(byte(at: place)) else {
                throw unexpected("four hexadecimal digits after '\\u'", at: place)
            }
            value = value << 4 | digit
        }
        return value
    }

    /// Steps over a run of characters beyond ASCII, each well-formed by table 3-7 of the Unicode standard.
    private mutating func skipNonASCII() throws(JSONSyntaxError) {
        while current >= 0x80 {
            let first = current
            let second = byte(at: position + 1)
            let length: Int
            switch first {
            case 0xC2...0xDF: length = isContinuation(second) ? 2 : 0
            case 0xE0: length = 0xA0...0xBF ~= second ? 3 : 0
            case 0xED: length = 0x80...0x9F ~= second ? 3 : 0
            case 0xE1...0xEF: length = isContinuation(second) ? 3 : 0
            case 0xF0: length = 0x90...0xBF ~= second ? 4 : 0
            case 0xF1...0xF3: length = isContinuation(second) ? 4 : 0
            case 0xF4: length = 0x80...0x8F ~= second ? 4 : 0
            default: length = 0
            }
            guard length > 0, length < 3 || isContinuation(byte(at: position + 2)),
                length < 4 || isContinuation(byte(at: position + 3))
            else { throw unexpected("well-formed UTF-8") }
            position += length
        }
    }

    @inline(__always)
    private func isContinuation(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }
}

extension JSONReader {
    /// The high bit of each byte of a word that is a quote, a backslash, a control character or beyond ASCII. The lowest
    /// bit set is exact; a borrow may set others above it.
    @inline(__always)
    static func stopsInString(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = (word ^ (ones &* 0x22)) &- ones
        let backslashes = (word ^ (ones &* 0x5C)) &- ones
        let controls = word &- (ones &* 0x20)
        return (quotes | backslashes | controls | word) & (ones &* 0x80)
    }

    /// Whether a byte may stand in a string as it is, and is ASCII.
    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        0x20..<0x80 ~= byte && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    @inline(__always)
    static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte &- UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte &- UInt8(ascii: "a") &+ 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte &- UInt8(ascii: "A") &+ 10)
        default: nil
        }
    }
}
