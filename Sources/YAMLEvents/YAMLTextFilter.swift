import Glibc

/// Turns the bytes of a stream into UTF-8 that libyaml takes; see ``YAMLSubstitutes``.
///
/// Nothing is checked but what must be known for that: bytes that are no UTF-8 go on as they are, and libyaml refuses them.
struct YAMLTextFilter {
    private enum Encoding {
        case utf8
        case utf16(isBigEndian: Bool)
    }

    /// Why bytes are no UTF-16.
    struct BrokenUTF16: Error {
        let problem: String
    }

    /// What libyaml has not taken yet.
    private var ready: [UInt8] = []
    private var readyStart = 0
    /// Bytes whose meaning depends on the next ones.
    private var held: [UInt8] = []
    /// The same of what has been decoded from UTF-16.
    private var heldText: [UInt8] = []
    private var encoding: Encoding?
    private var place = Place()

    /// Whether there has been anything to substitute.
    private(set) var hasSubstituted = false
    /// Where characters stand that need quotes, in the order of the text; the first ``maximumMisplaced`` that nobody has
    /// asked for.
    private var needingQuotes: [YAMLMark] = []

    private static let maximumMisplaced = 1024

    /// Whether offsets in what libyaml has are those of the stream.
    var keepsOffsets: Bool {
        if case .utf16 = encoding { return false }
        return !hasSubstituted
    }

    /// The place behind all that was taken.
    var mark: YAMLMark { place.mark }

    var isEmpty: Bool { readyStart == ready.count }

    /// Moves at most `size` bytes of what is ready to `buffer`; returns how many.
    mutating func give(to buffer: UnsafeMutableRawPointer, _ size: Int) -> Int {
        let count = min(size, ready.count - readyStart)
        ready.withUnsafeBytes { all in
            UnsafeMutableRawBufferPointer(start: buffer, count: count)
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: all[readyStart..<readyStart + count]))
        }
        readyStart += count
        if isEmpty {
            ready.removeAll(keepingCapacity: true)
            readyStart = 0
        }
        return count
    }

    /// Takes the next bytes of the stream; none of them means its end.
    ///
    /// - Throws: what is wrong with them, after what comes before that is ready.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(BrokenUTF16) {
        let isEnd = bytes.isEmpty
        held.append(contentsOf: bytes)
        if encoding == nil { encoding = detected(isEnd) }
        switch encoding {
        case nil: break
        case .utf8: held = takeUTF8(held, isEnd)
        case .utf16(let isBigEndian):
            let broken = decodeUTF16(isBigEndian, isEnd)
            heldText = takeUTF8(heldText, isEnd || broken != nil)
            if let broken { throw broken }
        }
    }

    /// The first place from `start` on, and before `end`, where a character stands that needs quotes.
    mutating func placeOfCharacterNeedingQuotes(from start: YAMLMark, to end: YAMLMark) -> YAMLMark? {
        let later = needingQuotes.drop { $0 < start }
        defer { needingQuotes = Array(later.drop { $0 < end }) }
        return later.first.flatMap { $0 < end ? $0 : nil }
    }

    /// By the byte order mark, as libyaml does it. `nil` where more must come first.
    private func detected(_ isEnd: Bool) -> Encoding? {
        switch held.first {
        case 0xFF where held.count > 1 && held[1] == 0xFE: .utf16(isBigEndian: false)
        case 0xFE where held.count > 1 && held[1] == 0xFF: .utf16(isBigEndian: true)
        case 0xFF, 0xFE: held.count > 1 || isEnd ? .utf8 : nil
        case 0xEF: held.count > 2 || isEnd ? .utf8 : nil
        default: .utf8
        }
    }
}

// MARK: - UTF-8

extension YAMLTextFilter {
    private enum Finding {
        /// Nothing to substitute in so many bytes.
        case plain(Int)
        case substitute(code: UInt8, length: Int)
        /// An escape of two surrogates.
        case surrogates
        /// An escape of a character of the substitutes' own block.
        case ownEscape
        /// A character of the substitutes' own block.
        case own
        /// That depends on what comes next.
        case incomplete
    }

    /// Takes all of a text but what depends on what comes next, which is given back.
    private mutating func takeUTF8(_ text: [UInt8], _ isEnd: Bool) -> [UInt8] {
        let taken = text.withUnsafeBufferPointer { takeUTF8($0, isEnd) }
        return taken == text.count ? [] : Array(text[taken...])
    }

    /// - Returns: how much of it was taken.
    private mutating func takeUTF8(_ text: UnsafeBufferPointer<UInt8>, _ isEnd: Bool) -> Int {
        var (next, copied) = (0, 0)
        if place.isStart, text.starts(with: [0xEF, 0xBB, 0xBF]) {
            ready.append(contentsOf: text[..<3])
            (next, copied) = (3, 3)
        }
        if !text.isEmpty { place.isStart = false }
        while true {
            next = Self.nextToLookAt(in: text, from: next)
            guard next < text.count else { break }
            let finding = Self.finding(in: text, at: next)
            switch finding {
            case .plain(let length):
                next += length
                continue
            case .incomplete where isEnd:
                next += 1
                continue
            default:
                copy(text, copied..<next)
            }
            copied = next
            switch finding {
            case .substitute(let code, let length):
                if YAMLSubstitutes.needsQuotes(code), needingQuotes.count < Self.maximumMisplaced {
                    needingQuotes.append(place.mark)
                }
                put(code)
                place.column += 1
                next += length
                copied = next
            case .surrogates:
                for start in [next, next + 6] {
                    put(YAMLSubstitutes.backslash)
                    ready.append(contentsOf: text[start + 1..<start + 6])
                }
                place.column += 12
                next += 12
                copied = next
            case .ownEscape:
                put(YAMLSubstitutes.backslash)
                place.column += 1
                next += 1
                copied = next
            case .own:
                put(YAMLSubstitutes.itself)
                place.column += 1
                next += 4
            case .plain, .incomplete:
                return next
            }
        }
        copy(text, copied..<text.count)
        return text.count
    }

    private mutating func put(_ code: UInt8) {
        hasSubstituted = true
        let (first, second, third) = YAMLSubstitutes.lead
        ready.append(contentsOf: [first, second, third, 0x80 | code])
    }

    private mutating func copy(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        let part = UnsafeBufferPointer(rebasing: text[range])
        ready.append(contentsOf: part)
        place.advance(over: part)
    }

    /// The first byte that something to substitute may begin with.
    private static func nextToLookAt(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var next = start
        let raw = UnsafeRawBufferPointer(text)
        while next < text.count {
            // Eight bytes at a time, where all of them are ASCII without a backslash and DEL.
            while text.count - next >= 8, isPlain(raw.loadUnaligned(fromByteOffset: next, as: UInt64.self)) {
                next += 8
            }
            guard next < text.count else { break }
            switch text[next] {
            case UInt8(ascii: "\\"), 0x7F, 0xC2, 0xE2, 0xEF, 0xF4: return next
            default: next += 1
            }
        }
        return next
    }

    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let backslashes = (word ^ (ones &* 0x5C)) &- ones
        // DEL is the only byte of 7 bits that one more carries into the eighth.
        return (backslashes | word | (word &+ ones)) & (ones &* 0x80) == 0
    }

    private static func finding(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> Finding {
        let rest = UnsafeBufferPointer(rebasing: text[start...])
        switch rest[0] {
        case UInt8(ascii: "\\"): return escape(rest)
        case 0x7F: return .substitute(code: YAMLSubstitutes.code(ofControl: 0x7F), length: 1)
        case 0xC2:
            guard rest.count > 1 else { return .incomplete }
            guard 0x80...0x9F ~= rest[1] else { return .plain(1) }
            return .substitute(code: YAMLSubstitutes.code(ofControl: rest[1]), length: 2)
        case 0xE2:
            guard rest.count > 2 else { return rest.count == 2 && rest[1] != 0x80 ? .plain(1) : .incomplete }
            guard rest[1] == 0x80, 0xA8...0xA9 ~= rest[2] else { return .plain(1) }
            return .substitute(code: YAMLSubstitutes.lineSeparator + rest[2] - 0xA8, length: 3)
        case 0xEF:
            guard rest.count > 2 else { return .incomplete }
            switch (rest[1], rest[2]) {
            case (0xBB, 0xBF): return .substitute(code: YAMLSubstitutes.byteOrderMark, length: 3)
            case (0xBF, 0xBE): return .substitute(code: YAMLSubstitutes.notCharacterFFFE, length: 3)
            case (0xBF, 0xBF): return .substitute(code: YAMLSubstitutes.notCharacterFFFF, length: 3)
            default: return .plain(1)
            }
        default:
            if rest.count > 1, rest[1] != YAMLSubstitutes.lead.1 { return .plain(1) }
            if rest.count > 2, rest[2] != YAMLSubstitutes.lead.2 { return .plain(1) }
            guard rest.count > 3 else { return .incomplete }
            return 0x80...0xBF ~= rest[3] ? .own : .plain(1)
        }
    }

    /// What a backslash begins. Outside double quotes it begins nothing, but that need not be known: there it is put back.
    private static func escape(_ rest: UnsafeBufferPointer<UInt8>) -> Finding {
        guard rest.count > 1 else { return .incomplete }
        switch rest[1] {
        case UInt8(ascii: "\\"): return .plain(2)
        case UInt8(ascii: "u"): return matching(rest, "\\uH-LL\\uh-LL", then: .surrogates)
        case UInt8(ascii: "U"): return matching(rest, "\\U0010FFoL", then: .ownEscape)
        default: return .plain(1)
        }
    }

    /// Holds a text against a pattern: `L` is any hexadecimal digit; `H-` is `d8` to `db` and `h-` is `dc` to `df`, those of a
    /// high and a low surrogate; `o` is the first digit of 80 to BF; all else is itself, letters in either case.
    private static func matching(
        _ rest: UnsafeBufferPointer<UInt8>, _ pattern: StaticString, then finding: Finding
    ) -> Finding {
        for index in 0..<pattern.utf8CodeUnitCount {
            guard index < rest.count else { return .incomplete }
            let (byte, wanted) = (rest[index], pattern.utf8Start[index])
            let before = index > 0 ? pattern.utf8Start[index - 1] : 0
            let digit = Character(Unicode.Scalar(byte)).hexDigitValue ?? -1
            let isMet =
                switch wanted {
                case UInt8(ascii: "L"): digit >= 0
                case UInt8(ascii: "H"), UInt8(ascii: "h"): digit == 0xD
                case UInt8(ascii: "-"): before == UInt8(ascii: "H") ? 0x8...0xB ~= digit : 0xC...0xF ~= digit
                case UInt8(ascii: "o"): 0x8...0xB ~= digit
                case UInt8(ascii: "F"): digit == 0xF
                default: byte == wanted
                }
            if !isMet { return .plain(1) }
        }
        return finding
    }
}

// MARK: - UTF-16

extension YAMLTextFilter {
    /// Decodes what is held, up to what is not complete yet, or is broken.
    private mutating func decodeUTF16(_ isBigEndian: Bool, _ isEnd: Bool) -> BrokenUTF16? {
        let bytes = held
        func unit(_ offset: Int) -> UInt16? {
            guard offset + 1 < bytes.count else { return nil }
            let (first, second) = (UInt16(bytes[offset]), UInt16(bytes[offset + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        var next = place.isStart && unit(0) == 0xFEFF ? 2 : 0
        if next > 0 { place.isStart = false }
        defer { held = Array(bytes[next...]) }
        while let first = unit(next) {
            var value = UInt32(first)
            if UTF16.isLeadSurrogate(first) {
                guard let second = unit(next + 2) else { break }
                guard UTF16.isTrailSurrogate(second) else { return Self.loneSurrogate(first) }
                value = 0x10000 + (value & 0x3FF) << 10 + UInt32(second) & 0x3FF
                next += 2
            }
            guard let scalar = Unicode.Scalar(value) else { return Self.loneSurrogate(first) }
            heldText.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            next += 2
        }
        return isEnd && next < bytes.count ? BrokenUTF16(problem: "incomplete UTF-16 character") : nil
    }

    private static func loneSurrogate(_ unit: UInt16) -> BrokenUTF16 {
        BrokenUTF16(problem: "half of a surrogate pair, 0x\(String(unit, radix: 16, uppercase: true))")
    }
}

// MARK: - Places

extension YAMLTextFilter {
    /// How far the stream has come, counted as libyaml counts it: lines end with LF, CR or CR LF, columns are characters.
    private struct Place {
        var line = 1
        var column = 1
        var isStart = true
        private var isAfterCR = false

        init() {}

        var mark: YAMLMark { YAMLMark(line: line, column: column) }

        mutating func advance(over text: UnsafeBufferPointer<UInt8>) {
            guard let last = text.last else { return }
            let lineFeed = UInt8(ascii: "\n")
            if isAfterCR || text.contains(UInt8(ascii: "\r")) {
                for byte in text {
                    if byte == UInt8(ascii: "\r") || byte == lineFeed {
                        if byte != lineFeed || !isAfterCR { line += 1 }
                        column = 1
                    } else if byte & 0xC0 != 0x80 {
                        column += 1
                    }
                    isAfterCR = byte == UInt8(ascii: "\r")
                }
                return
            }
            line += text.reduce(0) { $0 + ($1 == lineFeed ? 1 : 0) }
            var start = 0
            if last == lineFeed {
                start = text.count
                column = 1
            } else if let end = text.lastIndex(of: lineFeed) {
                start = end + 1
                column = 1
            }
            column += text[start...].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        }
    }
}
