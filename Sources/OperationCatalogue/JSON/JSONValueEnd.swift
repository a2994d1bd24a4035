/// Finds where a JSON value ends whose text comes in pieces, without judging it: by quotes and brackets alone.
///
/// Of a value that is well-formed it finds the end exactly. Of any other it finds a place behind the first fault, or the end of
/// what is there.
struct JSONValueEnd {
    /// Up to here it has been looked at.
    private var offset: Int
    private var depth = 0
    private var isText = false
    private var kind = Kind.unknown

    private enum Kind { case unknown, nested, word, nothing }

    /// - Parameter start: where the value begins, behind white space.
    init(from start: Int) { offset = start }

    /// The same search after that many bytes were put before the value; fewer, where it is negative.
    func shifted(by count: Int) -> JSONValueEnd {
        var search = self
        search.offset += count
        return search
    }

    /// - Parameters:
    ///   - bytes: those of the time before, and what has come since.
    ///   - isWhole: whether nothing more will come.
    /// - Returns: the offset behind the value; `nil` where more must come to tell, as always of a number or word that nothing
    ///   follows. Once it is found it is not to be asked for again.
    mutating func find(in bytes: UnsafeRawBufferPointer, isWhole: Bool) -> Int? {
        guard offset < bytes.count else { return isWhole ? bytes.count : nil }
        if kind == .unknown { begin(with: bytes[offset]) }
        let end: Int?
        switch kind {
        case .word: end = wordEnd(in: bytes)
        case .unknown, .nested: end = nestedEnd(in: bytes)
        case .nothing: end = offset + 1
        }
        return end ?? (isWhole ? bytes.count : nil)
    }

    private mutating func begin(with byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["): kind = .nested
        case let byte: kind = Self.isWord(byte) ? .word : .nothing
        }
    }

    /// The end of a number, `true`, `false` or `null`.
    private mutating func wordEnd(in bytes: UnsafeRawBufferPointer) -> Int? {
        while offset < bytes.count {
            guard Self.isWord(bytes[offset]) else { return offset }
            offset += 1
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func nestedEnd(in bytes: UnsafeRawBufferPointer) -> Int? {
        while offset < bytes.count {
            if isText {
                guard let isFaulty = textEnd(in: bytes) else { return nil }
                if isFaulty || depth == 0 { return offset }
                continue
            }
            switch bytes[offset] {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            offset += 1
            if depth == 0, !isText { return offset }
        }
        return nil
    }

    /// Goes behind the string that is open.
    ///
    /// - Returns: whether a character stands there that must not; `nil` where more must come.
    private mutating func textEnd(in bytes: UnsafeRawBufferPointer) -> Bool? {
        while true {
            skipPlain(in: bytes)
            guard offset < bytes.count else { return nil }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                isText = false
                return false
            case UInt8(ascii: "\\"):
                guard offset + 1 < bytes.count else { return nil }
                offset += bytes[offset + 1] < 0x20 ? 1 : 2
            default:
                offset += 1
                return true
            }
        }
    }

    /// Eight bytes at a time.
    @inline(__always)
    private mutating func skipPlain(in bytes: UnsafeRawBufferPointer) {
        while offset &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let stops = JSONWriter.stops(word)
            guard stops == 0 else {
                offset &+= stops.trailingZeroBitCount &>> 3
                return
            }
            offset &+= 8
        }
        while offset < bytes.count, bytes[offset] >= 0x20, bytes[offset] != UInt8(ascii: "\""),
            bytes[offset] != UInt8(ascii: "\\")
        {
            offset &+= 1
        }
    }
}
