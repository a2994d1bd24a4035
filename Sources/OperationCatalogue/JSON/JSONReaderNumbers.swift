extension JSONReader {
    /// A number of the text, its grammar checked.
    struct NumberToken {
        let start: Int
        let end: Int
        let isNegative: Bool
        /// Without fraction and exponent.
        let isInteger: Bool
        /// All digits before the exponent as one integer; exact up to 19 of them.
        let digits: UInt64
        let digitCount: Int
        /// The power of ten `digits` is to be multiplied by; huge ones are cut short at about 100,000.
        let exponent: Int
    }
}

extension JSONReader.Scanner {
    /// Steps over the number that begins here (RFC 8259, section 6).
    mutating func number() throws(JSONSyntaxError) -> JSONReader.NumberToken {
        let start = position
        let isNegative = take("-")
        var digits: UInt64 = 0
        var digitCount = 0
        if take("0") {
            digitCount = 1
            guard !isDigit(current) else { throw unexpected("no digit after a leading 0") }
        } else {
            digitCount = takeDigits(into: &digits)
            guard digitCount > 0 else { throw unexpected("a digit after '-'") }
        }
        var isInteger = true
        var exponent = 0
        if take(".") {
            isInteger = false
            let fraction = takeDigits(into: &digits)
            guard fraction > 0 else { throw unexpected("a digit after '.'") }
            digitCount += fraction
            exponent = -fraction
        }
        if current | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            exponent += try self.exponent()
        }
        return JSONReader.NumberToken(
            start: start, end: position, isNegative: isNegative, isInteger: isInteger, digits: digits,
            digitCount: digitCount, exponent: exponent)
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    @inline(__always)
    private mutating func takeDigits(into value: inout UInt64) -> Int {
        let start = position
        while isDigit(current) {
            value = value &* 10 &+ UInt64(current &- UInt8(ascii: "0"))
            position &+= 1
        }
        return position &- start
    }

    private mutating func exponent() throws(JSONSyntaxError) -> Int {
        position += 1
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard isDigit(current) else { throw unexpected("a digit in the exponent") }
        var exponent = 0
        while isDigit(current) {
            exponent = min(exponent * 10 + Int(current - UInt8(ascii: "0")), 100_000)
            position += 1
        }
        return isNegative ? -exponent : exponent
    }

    /// The value of a number, or nil when it is infinite as a double.
    @inline(__always)
    func value(of token: JSONReader.NumberToken) -> JSONValue? {
        if token.isInteger, token.digitCount < 19, token.digits != 0 || !token.isNegative {
            let value = Int64(truncatingIfNeeded: token.digits)
            return .integer(token.isNegative ? 0 &- value : value)
        }
        return otherValue(of: token)
    }

    @inline(never)
    private func otherValue(of token: JSONReader.NumberToken) -> JSONValue? {
        if token.isInteger, token.digitCount == 19, let integer = bigInteger(token) {
            return .integer(integer)
        }
        let double = double(of: token)
        return double.isFinite ? .number(double) : nil
    }

    private func bigInteger(_ token: JSONReader.NumberToken) -> Int64? {
        token.isNegative ? Int64(exactly: -Int128(token.digits)) : Int64(exactly: token.digits)
    }

    /// Whether a number is finite as a double, without computing it unless it is near the end of the range.
    func isFinite(_ token: JSONReader.NumberToken) -> Bool {
        token.digitCount + token.exponent <= 308 || double(of: token).isFinite
    }

    /// The nearest double. Up to 15 digits and powers of ten that are exact as doubles, one operation rounds correctly
    /// (Clinger, "How to Read Floating Point Numbers Accurately", 1990); the standard library does the rest.
    private func double(of token: JSONReader.NumberToken) -> Double {
        guard token.digitCount <= 19, token.digits <= 1 << 53, abs(token.exponent) < exactPowersOfTen.count else {
            return Double(String(decoding: slice(from: token.start, to: token.end), as: UTF8.self)) ?? .nan
        }
        let digits = Double(token.digits)
        let power = exactPowersOfTen[abs(token.exponent)]
        let magnitude = token.exponent < 0 ? digits / power : digits * power
        return token.isNegative ? -magnitude : magnitude
    }
}

private let exactPowersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
