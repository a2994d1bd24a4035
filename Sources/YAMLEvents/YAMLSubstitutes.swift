import Glibc

/// Stand-ins for what YAML 1.2 has and libyaml, which is of YAML 1.1, does not take.
///
/// libyaml refuses DEL, the C1 controls, U+FEFF, U+FFFE and U+FFFF wherever they stand, takes U+0085, U+2028 and U+2029 for
/// line breaks, and refuses the escapes of surrogates, with which JSON writes what is beyond U+FFFF. YAML 1.2.2 (sections 5.1,
/// 5.4 and 5.7) has the first inside quotes, the second as characters everywhere, and is a superset of JSON. So
/// ``YAMLTextFilter`` gives libyaml a character of the private use block U+10FF80 to U+10FFBF in the place of each, and of the
/// backslash of such an escape, and ``restore(_:_:isDoubleQuoted:isQuoted:)`` puts what was meant into the scalars. Lines and
/// columns stay as they are, but for one: a character of that very block counts as two.
enum YAMLSubstitutes {
    /// The three bytes that every substitute begins with; the fourth is 0x80 and its code.
    static let lead: (UInt8, UInt8, UInt8) = (0xF4, 0x8F, 0xBE)
    /// The backslash of an escape that is resolved here.
    static let backslash: UInt8 = 62
    /// What stands before a character of the block that means itself.
    static let itself: UInt8 = 63

    static let lineSeparator: UInt8 = 33
    static let paragraphSeparator: UInt8 = 34
    static let byteOrderMark: UInt8 = 35
    static let notCharacterFFFE: UInt8 = 36
    static let notCharacterFFFF: UInt8 = 37

    /// The code of U+007F is 0, that of U+0080 is 1, and so on to U+009F.
    static func code(ofControl value: UInt8) -> UInt8 { value - 0x7F }

    /// What a code stands for; `nil` for none.
    static func scalar(of code: UInt8) -> Unicode.Scalar? {
        switch code {
        case 0...32: Unicode.Scalar(0x7F + code)
        case lineSeparator: "\u{2028}"
        case paragraphSeparator: "\u{2029}"
        case byteOrderMark: "\u{FEFF}"
        case notCharacterFFFE: "\u{FFFE}"
        case notCharacterFFFF: "\u{FFFF}"
        default: nil
        }
    }

    /// Whether YAML 1.2.2 has it inside quotes only (`nb-json` without `c-printable`).
    static func needsQuotes(_ code: UInt8) -> Bool {
        switch code {
        case Self.code(ofControl: 0x85), lineSeparator, paragraphSeparator: false
        default: scalar(of: code) != nil
        }
    }

    /// Whether there may be a substitute in a text.
    static func mayOccur(in text: UnsafeMutablePointer<UInt8>, _ count: Int) -> Bool {
        memchr(text, Int32(lead.0), count) != nil
    }

    /// The text with what was meant in the place of every substitute, character by character.
    static func meant(by text: String) -> String {
        var meant = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let code = UInt8(truncatingIfNeeded: scalar.value & 0x3F)
            let isSubstitute = 0x10FF80...0x10FFBF ~= scalar.value
            meant.append(isSubstitute ? self.scalar(of: code) ?? (code == backslash ? "\\" : scalar) : scalar)
        }
        return String(meant)
    }

    /// Puts what was meant in the place of every substitute. What was meant is never longer.
    ///
    /// - Returns: the text's new length in bytes.
    /// - Throws: the first character that may stand inside quotes only, where the text has none.
    static func restore(
        _ text: UnsafeMutablePointer<UInt8>, _ count: Int, isDoubleQuoted: Bool, isQuoted: Bool
    ) throws(MisplacedCharacter) -> Int {
        var (next, end) = (0, 0)
        while next < count {
            guard text[next] == lead.0, count - next >= 4, text[next + 1] == lead.1, text[next + 2] == lead.2 else {
                text[end] = text[next]
                (next, end) = (next + 1, end + 1)
                continue
            }
            let code = text[next + 3] & 0x3F
            next += 4
            if let scalar = scalar(of: code) {
                if !isQuoted, needsQuotes(code) { throw MisplacedCharacter(scalar: scalar) }
                end += put(scalar, at: text + end)
            } else if code == itself, count - next >= 4 {
                (text + end).update(from: text + next, count: 4)
                (next, end) = (next + 4, end + 4)
            } else if isDoubleQuoted, let (scalar, length) = escape(text + next, count - next) {
                end += put(scalar, at: text + end)
                next += length
            } else {
                text[end] = UInt8(ascii: "\\")
                end += 1
            }
        }
        return end
    }

    /// What the escape behind a backslash stands for, and how long it is: eight digits, or twice four with a substituted
    /// backslash between them. The filter has looked at both.
    private static func escape(_ text: UnsafeMutablePointer<UInt8>, _ count: Int) -> (Unicode.Scalar, Int)? {
        if count >= 9, text[0] == UInt8(ascii: "U"), let value = hexadecimal(text + 1, 8) {
            return Unicode.Scalar(value).map { ($0, 9) }
        }
        guard count >= 14, let high = hexadecimal(text + 1, 4), let low = hexadecimal(text + 10, 4),
            0xD800...0xDBFF ~= high, 0xDC00...0xDFFF ~= low
        else { return nil }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)).map { ($0, 14) }
    }

    private static func hexadecimal(_ text: UnsafeMutablePointer<UInt8>, _ count: Int) -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<count {
            guard let digit = Character(Unicode.Scalar(text[index])).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func put(_ scalar: Unicode.Scalar, at text: UnsafeMutablePointer<UInt8>) -> Int {
        var count = 0
        for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
            text[count] = unit
            count += 1
        }
        return count
    }

    /// A character that YAML has inside quotes only.
    struct MisplacedCharacter: Error {
        let scalar: Unicode.Scalar
    }
}
