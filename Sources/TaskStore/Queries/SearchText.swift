package import OperationCatalogue

/// How text goes into the full-text index, and what is searched for.
///
/// The index finds words, and its tokenizer (`unicode61`) takes what stands between spaces for one. Chinese, Japanese, Thai and
/// others write none: a whole sentence would be a word, of which only the beginning is found. So every character of such a script
/// goes into the index as a word of its own, and a search for several of them is one for these words side by side. That finds any
/// part of the text, a single character too, at the cost of nothing for text in other scripts. (An index of trigrams finds nothing
/// shorter than three characters, and makes the store larger for everybody: see the article `Searching` of the embedded store.)
///
/// Vowels and tones that stand above or below a letter are no part of a word to the tokenizer. They go into the index as
/// characters for private use, which are.
package enum SearchText {
    /// The form in which a text goes into the index; the text itself where it has nothing of such a script.
    package static func indexed(_ text: String) -> String {
        var text = text
        // These scripts begin at U+0E00, which is three bytes long in UTF-8, the first of them 0xE0.
        guard text.withUTF8({ $0.contains { $0 >= 0xE0 } }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard isUnspaced(scalar.value), let word = word(of: scalar) else {
                result.append(scalar)
                continue
            }
            result.append(" ")
            result.append(word)
            result.append(" ")
        }
        return String(result)
    }

    package static func indexed(_ text: JSONText) -> String { indexed(text.description) }

    /// Whether a word of a query holds something to look for. One that does not is left out of the query.
    package static func hasWord(_ text: String) -> Bool { text.unicodeScalars.contains(where: \.isLetterOrNumber) }

    /// What stands in the index for a character of such a script; `nil` for punctuation.
    private static func word(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: Unicode.Scalar(0xF_0000 | scalar.value & 0xFFFF)
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            scalar
        default: nil
        }
    }

    /// Whether a character is of a script that does not set words apart by spaces, or sets more than words apart (Hangul, whose
    /// particles follow a word without one). The blocks are those of Unicode 17.
    private static func isUnspaced(_ value: UInt32) -> Bool {
        switch value {
        case 0x0E00...0x0FFF,  // Thai, Lao, Tibetan
            0x1000...0x109F, 0xA9E0...0xA9FF, 0xAA60...0xAA7F,  // Myanmar
            0x1100...0x11FF, 0x3130...0x318F, 0xA960...0xA97F, 0xAC00...0xD7FF,  // Hangul
            0x1780...0x17FF,  // Khmer
            0x1950...0x19DF, 0x1A20...0x1AAF, 0xAA80...0xAADF,  // Tai
            0x1B00...0x1B7F, 0xA980...0xA9DF,  // Balinese, Javanese
            0x2E80...0x312F, 0x31A0...0x31FF,  // radicals, kana, bopomofo
            0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF,  // Han
            0xA000...0xA4CF,  // Yi
            0xFF66...0xFFDC, 0x1AFF0...0x1B16F:  // kana and Hangul of other widths
            true
        default: false
        }
    }
}
