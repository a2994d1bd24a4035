extension JSONSyntaxError {
    /// The error of a text that begins with a byte order mark.
    static let byteOrderMark = JSONSyntaxError(
        message: "expected a value, found a byte order mark (EF BB BF): JSON begins without one", offset: 0)

    /// The error of a text that ends too early.
    static func unexpectedEnd(_ expected: String, at offset: Int) -> JSONSyntaxError {
        JSONSyntaxError(message: "expected \(expected), found the end of the text", offset: offset)
    }
}

extension JSONReader.Scanner {
    /// The error of finding something else at this place, or at another.
    @inline(never)
    func unexpected(_ expected: String, at offset: Int? = nil) -> JSONSyntaxError {
        let offset = offset ?? position
        return JSONSyntaxError(message: "expected \(expected), found \(found(at: offset))", offset: offset)
    }

    @inline(never)
    func tooDeep(_ limit: Int) -> JSONSyntaxError {
        JSONSyntaxError(
            message: "expected at most \(limit) levels of arrays and objects, found one more", offset: position)
    }

    @inline(never)
    func infinite(_ number: JSONReader.NumberToken) -> JSONSyntaxError {
        JSONSyntaxError(
            message: "expected a number within the range of a double (about 1.8e308), found a greater one",
            offset: number.start)
    }

    @inline(never)
    func duplicate(_ key: JSONReader.StringToken) -> JSONSyntaxError {
        // The key as it is written in the text: there control characters are escaped.
        let longest = 80
        let shown = string(between: key.start, and: min(key.end, key.start + longest))
        let rest = key.end - key.start > longest ? "..." : ""
        return JSONSyntaxError(
            message: "expected each key of an object once, found \"\(shown)\(rest)\" again", offset: key.start - 1)
    }

    @inline(never)
    func loneSurrogate(at offset: Int) -> JSONSyntaxError {
        JSONSyntaxError(
            message: "expected a surrogate pair, found only half of one: \(string(between: offset, and: offset + 6))",
            offset: offset)
    }

    private func string(between start: Int, and end: Int) -> String {
        String(decoding: slice(from: start, to: end), as: UTF8.self)
    }

    private func found(at offset: Int) -> String {
        guard offset < end else { return "the end of the text" }
        let byte = byte(at: offset)
        switch byte {
        case UInt8(ascii: "\n"): return "a line feed"
        case UInt8(ascii: "\r"): return "a carriage return"
        case UInt8(ascii: "\t"): return "a tab"
        case UInt8(ascii: "'"): return "a single quote"
        case 0x20..<0x7F: return "'\(Unicode.Scalar(byte))'"
        default: return "the byte 0x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
