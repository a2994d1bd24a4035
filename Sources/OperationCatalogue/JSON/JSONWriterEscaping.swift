extension JSONWriter {
    /// Writes UTF-8 in quotes. Escaped are `"`, `\` and the control characters below 0x20, nothing else.
    mutating func escaped(_ contents: UnsafeRawBufferPointer) {
        let count = contents.count
        let isNext = needsComma
        var done = 0
        append(capacity: count &+ 11) { target in
            var length = 0
            if isNext {
                target.storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
                length = 1
            }
            target.storeBytes(of: UInt8(ascii: "\""), toByteOffset: length, as: UInt8.self)
            length &+= 1
            if let source = contents.baseAddress {
                done = Self.copyPlain(source, count, to: target + length)
                length &+= done
            }
            if done == count {
                target.storeBytes(of: UInt8(ascii: "\""), toByteOffset: length, as: UInt8.self)
                length &+= 1
            }
            return length
        }
        if done < count {
            escapeRest(UnsafeRawBufferPointer(rebasing: contents[done...]))
        }
        needsComma = true
    }

    /// Chunks keep the room for the worst case, six bytes for one, small.
    @inline(never)
    private mutating func escapeRest(_ contents: UnsafeRawBufferPointer) {
        var rest = contents
        while let source = rest.baseAddress, !rest.isEmpty {
            let count = min(rest.count, 1024)
            append(capacity: 6 * count + 8) { target in
                Self.escape(source, count, to: target)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Copies bytes up to the first that needs an escape and returns their number. May write eight bytes beyond them.
    @inline(__always)
    private static func copyPlain(
        _ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutableRawPointer
    ) -> Int {
        var offset = 0
        while offset &+ 8 <= count {
            let word = source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
            let stops = stops(UInt64(littleEndian: word))
            guard stops == 0 else { return offset &+ (stops.trailingZeroBitCount &>> 3) }
            offset &+= 8
        }
        while offset < count {
            let byte = source.load(fromByteOffset: offset, as: UInt8.self)
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return offset }
            target.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
            offset &+= 1
        }
        return offset
    }

    /// Writes bytes with escapes and returns the number written.
    private static func escape(
        _ source: UnsafeRawPointer, _ count: Int, to target: UnsafeMutableRawPointer
    ) -> Int {
        var offset = 0
        var length = 0
        while true {
            let plain = copyPlain(source + offset, count &- offset, to: target + length)
            offset &+= plain
            length &+= plain
            guard offset < count else { return length }
            length &+= escape(source.load(fromByteOffset: offset, as: UInt8.self), to: target + length)
            offset &+= 1
        }
    }

    /// Writes the escape of one byte and returns its length.
    @inline(__always)
    private static func escape(_ byte: UInt8, to target: UnsafeMutableRawPointer) -> Int {
        let letter: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
        case 0x08: letter = UInt8(ascii: "b")
        case 0x09: letter = UInt8(ascii: "t")
        case 0x0A: letter = UInt8(ascii: "n")
        case 0x0C: letter = UInt8(ascii: "f")
        case 0x0D: letter = UInt8(ascii: "r")
        default: return escapeAsNumber(byte, to: target)
        }
        target.storeBytes(of: UInt8(ascii: "\\"), as: UInt8.self)
        target.storeBytes(of: letter, toByteOffset: 1, as: UInt8.self)
        return 2
    }

    private static func escapeAsNumber(_ byte: UInt8, to target: UnsafeMutableRawPointer) -> Int {
        let low = byte & 0x0F
        let digits: [6 of UInt8] = [
            UInt8(ascii: "\\"), UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0"), UInt8(ascii: "0") + byte >> 4,
            low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10,
        ]
        for index in digits.indices {
            target.storeBytes(of: digits[index], toByteOffset: index, as: UInt8.self)
        }
        return digits.count
    }

    /// The high bit of each byte of a word that is a quote, a backslash or a control character; the lowest set is exact.
    @inline(__always)
    static func stops(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = (word &- (ones &* 0x20)) & ~word
        let found = ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | controls
        return found & (ones &* 0x80)
    }

    /// Appends what a function writes into fresh room and returns the length of.
    @inline(__always)
    private mutating func append(capacity: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
        bytes.append(addingCapacity: capacity) { (output: inout OutputSpan<UInt8>) in
            output.withUnsafeMutableBufferPointer { buffer, initializedCount in
                if let start = buffer.baseAddress {
                    initializedCount &+= write(UnsafeMutableRawPointer(start + initializedCount))
                }
            }
        }
    }
}
