extension Timestamp: CustomStringConvertible {
    /// The RFC 3339 form in UTC with as many digits of the fraction as are needed, in groups of three:
    /// `2026-11-30T17:00:00Z`, `2026-11-30T17:00:00.250Z`.
    package var description: String {
        let digits =
            nanoseconds == 0 ? 0 : nanoseconds % 1_000_000 == 0 ? 3 : nanoseconds % 1000 == 0 ? 6 : 9
        return text(fractionDigits: digits)
    }

    /// The seconds that have a form: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    private static let writableSeconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// The RFC 3339 form in UTC with a fraction of exactly so many digits (0 to 9), cut, not rounded.
    package func text(fractionDigits: Int) -> String {
        let length = fractionDigits == 0 ? 20 : 21 + fractionDigits
        return String(unsafeUninitializedCapacity: length) { buffer in
            write(into: UnsafeMutableRawBufferPointer(buffer), fractionDigits: fractionDigits)
        }
    }

    /// Writes the form of ``text(fractionDigits:)`` and returns its length in bytes, 20 to 30, which `buffer` must hold.
    @discardableResult
    package func write(into buffer: UnsafeMutableRawBufferPointer, fractionDigits: Int) -> Int {
        let (day, second) = dayAndSecond
        let date = Self.civilDate(fromDays: day)
        var position = 0
        func put(_ value: Int64, digits: Int) {
            var rest = value
            for index in stride(from: position + digits - 1, through: position, by: -1) {
                buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            position += digits
        }
        func put(_ character: Unicode.Scalar) {
            buffer[position] = UInt8(ascii: character)
            position += 1
        }
        put(date.year, digits: 4)
        put("-")
        put(date.month, digits: 2)
        put("-")
        put(date.day, digits: 2)
        put("T")
        put(second / 3600, digits: 2)
        put(":")
        put(second / 60 % 60, digits: 2)
        put(":")
        put(second % 60, digits: 2)
        if fractionDigits > 0 {
            put(".")
            var fraction = Int64(nanoseconds)
            for _ in fractionDigits..<9 { fraction /= 10 }
            put(fraction, digits: fractionDigits)
        }
        put("Z")
        return position
    }

    /// Reads a `date-time` of RFC 3339 section 5.6, with any offset; anything else is `nil`. A fraction longer than nine
    /// digits is cut, a leap second (`:60`) is read as the second after `:59`. Years 0001 to 9999, in UTC as well as as
    /// written, so that what was read can be written again.
    package init?(_ text: String) {
        var scanner = Scanner(bytes: Array(text.utf8))
        guard let parsed = scanner.dateTime() else { return nil }
        self = parsed
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func dateTime() -> Timestamp? {
            guard let year = number(digits: 4), year > 0, take("-"),
                let month = number(digits: 2), (1...12).contains(month), take("-"),
                let day = number(digits: 2), day >= 1, day <= daysInMonth(month, ofYear: year),
                take("T") || take("t") || take(" "),
                let hour = number(digits: 2), hour < 24, take(":"),
                let minute = number(digits: 2), minute < 60, take(":"),
                let second = number(digits: 2), second <= 60,
                let fraction = fraction(), let offset = offset(), position == bytes.count
            else { return nil }
            let days = Timestamp.days(fromYear: year, month: month, day: day)
            let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
            guard Timestamp.writableSeconds.contains(seconds) else { return nil }
            return Timestamp(seconds: seconds, nanoseconds: fraction)
        }

        private func daysInMonth(_ month: Int64, ofYear year: Int64) -> Int64 {
            Timestamp.daysInMonth(month, ofYear: year)
        }

        private mutating func number(digits: Int) -> Int64? {
            guard position + digits <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[position..<position + digits] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            position += digits
            return value
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        private mutating func fraction() -> Int32? {
            guard take(".") else { return 0 }
            var value: Int32 = 0
            var digits = 0
            while let digit = number(digits: 1) {
                if digits < 9 { value = value * 10 + Int32(digit) }
                digits += 1
            }
            guard digits > 0 else { return nil }
            for _ in min(digits, 9)..<9 { value *= 10 }
            return value
        }

        private mutating func offset() -> Int64? {
            if take("Z") || take("z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
            guard let hours = number(digits: 2), hours < 24, take(":"), let minutes = number(digits: 2), minutes < 60
            else { return nil }
            return sign * (hours * 3600 + minutes * 60)
        }
    }
}
