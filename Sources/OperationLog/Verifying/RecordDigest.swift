import Crypto

/// The hash of a record: a SHA-256 (FIPS 180-4), whose 64 lowercase hexadecimal digits stand in the record.
struct RecordDigest: Hashable, Sendable {
    /// The 32 bytes, big-endian.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The hash of a record whose writer's record before has the hash `previous`.
    ///
    /// - Parameters:
    ///   - previous: `nil` for a writer's first record.
    ///   - body: the record's bytes up to the member `hash`.
    init(after previous: RecordDigest?, of body: UnsafeRawBufferPointer) {
        var hash = SHA256()
        previous?.withDigits { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: body)
        words = hash.finalize().withUnsafeBytes(Self.words)
    }

    init(_ digest: SHA256.Digest) { words = digest.withUnsafeBytes(Self.words) }

    /// The hash that these digits are; `nil` where they are not 64 lowercase hexadecimal digits.
    init?(digits: UnsafeRawBufferPointer) {
        guard digits.count == RecordChain.digits else { return nil }
        func part(_ index: Int) -> UInt64? {
            HexDigits.value(UnsafeRawBufferPointer(rebasing: digits[index * 16..<index * 16 + 16]))
        }
        guard let first = part(0), let second = part(1), let third = part(2), let fourth = part(3) else {
            return nil
        }
        words = (first, second, third, fourth)
    }

    private static func words(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64) {
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        return (word(0), word(1), word(2), word(3))
    }

    /// Calls `body` with the 64 digits.
    func withDigits<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(byteCount: RecordChain.digits, alignment: 8) { digits in
            HexDigits.write(words.0, to: digits, at: 0)
            HexDigits.write(words.1, to: digits, at: 16)
            HexDigits.write(words.2, to: digits, at: 32)
            HexDigits.write(words.3, to: digits, at: 48)
            return body(UnsafeRawBufferPointer(digits))
        }
    }

    /// The 64 digits.
    var text: String { withDigits { String(decoding: $0, as: UTF8.self) } }

    static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// Lowercase hexadecimal digits.
enum HexDigits {
    /// The number that up to 16 digits write; `nil` where one of them is none.
    @inline(__always)
    static func value(_ digits: UnsafeRawBufferPointer) -> UInt64? {
        var value: UInt64 = 0
        for byte in digits {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// Writes the 16 digits of a number.
    @inline(__always)
    static func write(_ value: UInt64, to buffer: UnsafeMutableRawBufferPointer, at offset: Int) {
        for index in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(60 - 4 * index)) & 0x0F
            buffer[offset + index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit
        }
    }
}
