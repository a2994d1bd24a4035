/// A UUID as RFC 9562 defines it: 128 bits, written as 36 lower-case characters.
package struct UniqueIdentifier: Hashable, Sendable, Comparable {
    /// The first eight octets, big-endian.
    package let high: UInt64
    /// The last eight octets, big-endian.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

// MARK: - Making

extension UniqueIdentifier {
    /// A version 7 identifier (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then the fraction of the millisecond
    /// in 12 bits (section 6.2, method 3), then 62 random bits.
    package static func version7(at time: Timestamp, random: UInt64) -> Self {
        let milliseconds = UInt64(max(0, time.seconds)) * 1000 + UInt64(time.nanoseconds) / 1_000_000
        let fraction = (UInt64(time.nanoseconds) % 1_000_000) << 12 / 1_000_000
        return Self(
            high: milliseconds << 16 | 0x7000 | fraction & 0x0FFF,
            low: 0x8000_0000_0000_0000 | random >> 2
        )
    }

    /// A version 7 identifier of this moment, with random bits from the system's generator.
    package static func version7() -> Self {
        version7(at: .now, random: UInt64.random(in: .min ... .max))
    }

    /// An identifier of the given version (1 to 15) from the first 16 octets, such as those of a SHA-1 for version 5
    /// (RFC 9562 section 5.5). Octets that are not there count as 0.
    package init(octets: UnsafeRawBufferPointer, version: UInt8) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<8 {
            high = high << 8 | UInt64(index < octets.count ? octets[index] : 0)
            low = low << 8 | UInt64(index + 8 < octets.count ? octets[index + 8] : 0)
        }
        self.high = high & ~0xF000 | UInt64(version & 0x0F) << 12
        self.low = low & ~0xC000_0000_0000_0000 | 0x8000_0000_0000_0000
    }

    /// The 16 octets in network order.
    package var octets: [UInt8] { withOctets { Array($0) } }

    /// Calls `body` with the 16 octets in network order.
    package func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian), body)
    }
}

// MARK: - Text

extension UniqueIdentifier: CustomStringConvertible {
    /// The number of characters of the textual form.
    package static let textLength = 36

    /// Reads the 8-4-4-4-12 form in either case; anything else is `nil`.
    package init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { Self.parse(UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer) -> Self? {
        guard bytes.count == textLength else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for index in 0..<textLength {
            let byte = bytes[index]
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let nibble = hexadecimalValue(byte) else { return nil }
            if digits < 16 { halves.0 = halves.0 << 4 | nibble } else { halves.1 = halves.1 << 4 | nibble }
            digits += 1
        }
        return Self(high: halves.0, low: halves.1)
    }

    private static func hexadecimalValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    package var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { buffer in
            write(into: UnsafeMutableRawBufferPointer(buffer))
            return Self.textLength
        }
    }

    /// Writes the textual form into the first 36 bytes of `buffer`, which must hold that many.
    package func write(into buffer: UnsafeMutableRawBufferPointer) {
        var position = 0
        for digit in 0..<32 {
            if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                buffer[position] = UInt8(ascii: "-")
                position += 1
            }
            let half = digit < 16 ? high : low
            let nibble = UInt8(truncatingIfNeeded: half &>> UInt64(60 &- 4 &* (digit & 15))) & 0x0F
            buffer[position] = nibble < 10 ? UInt8(ascii: "0") &+ nibble : UInt8(ascii: "a") &- 10 &+ nibble
            position &+= 1
        }
    }
}
