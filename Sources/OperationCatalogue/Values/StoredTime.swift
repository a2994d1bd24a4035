/// How moments are stored: the RFC 3339 form in UTC with always nine digits of the fraction, so that the order of texts is
/// the order of moments, and a person who opens the file can read them.
package enum StoredTime {
    /// The number of bytes: `2026-11-30T17:00:00.000000000Z`.
    package static let length = 30

    /// Writes the stored form and returns its length. `buffer` must hold ``length`` bytes.
    package static func write(_ time: Timestamp, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        min(max(time, first), last).write(into: buffer, fractionDigits: 9)
    }

    // An offset can carry a moment over the edge of the four-digit years, for which RFC 3339 has no form.
    private static let first = Timestamp(seconds: Timestamp.days(fromYear: 1, month: 1, day: 1) * 86_400)
    private static let last = Timestamp(
        seconds: Timestamp.days(fromYear: 10_000, month: 1, day: 1) * 86_400 - 1, nanoseconds: 999_999_999)

    /// The number of bytes of the wire form: the fraction without its groups of three zeros at the end.
    package static func wireLength(_ stored: UnsafeRawBufferPointer) -> Int {
        guard stored.count == length else { return stored.count }
        var end = 29
        while end > 20, stored[end - 1] == zero, stored[end - 2] == zero, stored[end - 3] == zero { end -= 3 }
        return end == 20 ? 19 : end
    }

    private static let zero = UInt8(ascii: "0")
}

extension JSONWriter {
    /// Writes a moment as ``Timestamp/description`` has it.
    package mutating func time(_ time: Timestamp) {
        withUnsafeTemporaryAllocation(byteCount: 32, alignment: 1) { buffer in
            let length = StoredTime.write(time, into: buffer)
            storedTime(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
        }
    }

    package mutating func time(_ time: Timestamp?) {
        if let time { self.time(time) } else { null() }
    }

    /// Writes a moment from its stored form.
    package mutating func storedTime(_ stored: UnsafeRawBufferPointer) {
        let length = StoredTime.wireLength(stored)
        guard length < stored.count else { return rawASCII(stored) }
        withUnsafeTemporaryAllocation(byteCount: length + 1, alignment: 1) { buffer in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: stored[..<length]))
            buffer[length] = UInt8(ascii: "Z")
            rawASCII(UnsafeRawBufferPointer(buffer))
        }
    }
}
