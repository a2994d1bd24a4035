/// The beginning of an envelope in its usual order, `{"version":"0.1","data":`, with or without white space.
enum EnvelopeHead {
    /// The version, and the range from behind `"data":` to before the last brace; `nil` when the body begins otherwise. What
    /// is in the range has not been looked at.
    static func find(in body: [UInt8]) -> (version: String, data: Range<Int>)? {
        var cursor = Cursor(body: body)
        guard cursor.take("{"), cursor.take("\"version\""), cursor.take(":"), let version = cursor.plainString(),
            cursor.take(","), cursor.take("\"data\""), cursor.take(":")
        else { return nil }
        var end = body.count
        while end > cursor.position, isWhiteSpace(body[end - 1]) { end -= 1 }
        guard end > cursor.position, body[end - 1] == UInt8(ascii: "}") else { return nil }
        return (version, cursor.position..<end - 1)
    }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private struct Cursor {
        let body: [UInt8]
        var position = 0

        mutating func skipWhiteSpace() {
            while position < body.count, EnvelopeHead.isWhiteSpace(body[position]) { position += 1 }
        }

        mutating func take(_ token: StaticString) -> Bool {
            skipWhiteSpace()
            let count = token.utf8CodeUnitCount
            guard position + count <= body.count else { return false }
            for index in 0..<count where body[position + index] != token.utf8Start[index] { return false }
            position += count
            return true
        }

        /// A short string of digits, letters and dots.
        mutating func plainString() -> String? {
            guard take("\"") else { return nil }
            let start = position
            while position < body.count, position - start < 32, body[position] != UInt8(ascii: "\"") {
                switch body[position] {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "."):
                    position += 1
                default: return nil
                }
            }
            let text = String(decoding: body[start..<position], as: UTF8.self)
            return take("\"") ? text : nil
        }
    }
}
