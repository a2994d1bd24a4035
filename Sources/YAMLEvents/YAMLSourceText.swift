/// The part of a stream's text that was read last, as it was written: what the text of a scalar, once it is unquoted and
/// folded, is mapped back to its places with.
///
/// Characters are counted as libyaml counts them, from 0 and without a byte order mark at the beginning. Only going
/// forward is possible, so that the whole stream is counted once.
struct YAMLSourceText: Sendable {
    /// UTF-8, as libyaml was given it.
    private var bytes: [UInt8] = []
    /// The bytes before this one are done with.
    private var start = 0
    /// The number of the character that begins at `start`.
    private var startIndex = 0
    /// Whether the first bytes have not been looked at for a byte order mark.
    private var isAtBeginning = true
    /// The offset of the last `#` that is there.
    private var lastNumberSign = -1

    /// With this much done with, it is let go of.
    private static let slack = 64 << 10

    /// Takes what libyaml is given, after letting go of everything before the character `index`.
    mutating func append(_ more: UnsafeRawBufferPointer, keepingFrom index: Int) {
        move(to: index)
        if start >= Self.slack {
            bytes.removeFirst(start)
            lastNumberSign = max(-1, lastNumberSign - start)
            start = 0
        }
        bytes += more
        if let position = more.lastIndex(of: UInt8(ascii: "#")) {
            lastNumberSign = bytes.count - more.count + position
        }
        if isAtBeginning, bytes.count >= 3 {
            isAtBeginning = false
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
        }
    }

    /// The text from one character to before another, as far as it is there; everything before it is done with.
    mutating func text(from index: Int, to end: Int) -> ArraySlice<UInt8> {
        guard index >= startIndex, end > index else { return [] }
        move(to: index)
        return bytes[start..<Self.offset(in: bytes, from: start, characters: end - index)]
    }

    /// What is there behind a text that ``text(from:to:)`` has given.
    func rest(after text: ArraySlice<UInt8>) -> ArraySlice<UInt8> { bytes[text.endIndex...] }

    /// Whether there may be a `#` in what is there: nearly always not.
    var mayHoldNumberSign: Bool { lastNumberSign >= start }

    private mutating func move(to index: Int) {
        guard index > startIndex else { return }
        start = Self.offset(in: bytes, from: start, characters: index - startIndex)
        startIndex = index
    }

    /// The offset behind so many characters.
    private static func offset(in bytes: [UInt8], from start: Int, characters: Int) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var (offset, left) = (start, characters)
            // As many bytes as characters are left hold at most that many characters, and are counted fast.
            while left > 0, offset < bytes.count {
                let end = min(offset + left, bytes.count)
                var found = 0
                for position in offset..<end where bytes[position] & 0xC0 != 0x80 { found += 1 }
                left -= found
                offset = end
            }
            // The rest of the last character.
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            return offset
        }
    }
}
