extension JSONWriter {
    /// Writes an integer in decimal.
    package mutating func integer(_ value: Int) {
        decimal(UInt64(value.magnitude), isNegative: value < 0)
    }

    /// Writes an integer in decimal.
    @inlinable
    @_disfavoredOverload
    package mutating func integer(_ value: some FixedWidthInteger) {
        if let magnitude = UInt64(exactly: value.magnitude) {
            decimal(magnitude, isNegative: value < 0)
        } else {
            separate()
            bytes.append(contentsOf: String(value).utf8)
            needsComma = true
        }
    }

    /// Writes a double in the shortest form that reads back as the same one: `1.0`, `0.1`, `1e+16`, `5e-324`, `-0.0`. An
    /// infinity or NaN, for which JSON has no form, is written as `null`.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return null() }
        // Below 2^53 a whole number's shortest form has no exponent, and its digits are those of the integer.
        if value.magnitude < 0x1p53, value.rounded(.towardZero) == value {
            decimal(UInt64(value.magnitude), isNegative: value.sign == .minus)
            bytes.append(UInt8(ascii: "."))
            bytes.append(UInt8(ascii: "0"))
        } else {
            separate()
            bytes.append(contentsOf: value.description.utf8)
            needsComma = true
        }
    }

    @usableFromInline
    mutating func decimal(_ magnitude: UInt64, isNegative: Bool) {
        var rest = magnitude
        // A comma, a sign and 20 digits at most.
        var digits = InlineArray<22, UInt8>(repeating: 0)
        var start = 22
        repeat {
            start &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            digits[start] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        } while rest > 0
        if isNegative {
            start &-= 1
            digits[start] = UInt8(ascii: "-")
        }
        if needsComma {
            start &-= 1
            digits[start] = UInt8(ascii: ",")
        }
        digits.span.withUnsafeBufferPointer { buffer in
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[start...]))
        }
        needsComma = true
    }
}
