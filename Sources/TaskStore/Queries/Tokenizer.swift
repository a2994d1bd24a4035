@_spi(_Unicode) import Swift

/// What SQLite's tokenizer `unicode61` with `remove_diacritics 2` makes of a text (sqlite.org/fts5.html, "Unicode61 Tokenizer"): runs
/// of letters, numbers and characters for private use, in one case and without the diacritics of Latin letters.
///
/// Its tables are those of Unicode 6.1. It takes a character that came later for part of a word, whatever it is, and leaves it as it is;
/// marks of other scripts, such as vowels that stand below a letter, set words apart. So it is here too, since a search must find the
/// same in every store.
enum Tokenizer {
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isDiacritic(scalar) {
            if isPartOfWord(scalar) {
                word.append(folded(scalar))
            } else if !word.isEmpty {
                words.append(String(word))
                word = .init()
            }
        }
        if !word.isEmpty { words.append(String(word)) }
        return words
    }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return folded(scalar) != scalar || "a"..."z" ~= scalar || "0"..."9" ~= scalar }
        return scalar.isLetterOrNumber || isUnknown(scalar)
    }

    /// Whether it is no character of Unicode 6.1, or none at all.
    private static func isUnknown(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.properties.generalCategory != .unassigned, let age = scalar.properties.age else { return true }
        return age.major > 6 || age.major == 6 && age.minor > 1
    }

    /// The marks that stand above and below Latin letters (`sqlite3Fts5UnicodeIsdiacritic`): a bit for each from U+0300 on.
    private static func isDiacritic(_ scalar: Unicode.Scalar) -> Bool {
        guard 0x300...0x331 ~= scalar.value else { return false }
        return 0x0003_61F8_0802_9FDF as UInt64 >> UInt64(scalar.value - 0x300) & 1 == 1
    }

    /// A character in lower case, a Latin letter also without its diacritics.
    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar.isASCII {
            return "A"..."Z" ~= scalar ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
        }
        if isUnknown(scalar) { return scalar }
        switch scalar {
        case "\u{131}", "\u{1E1}": return scalar
        case "\u{1E0}": return "\u{1E1}"
        case "\u{1E9B}": return "s"
        default: break
        }
        if let base = String(scalar)._nfd.first(where: { _ in true }), base.isASCII, base.properties.isAlphabetic {
            return folded(base)
        }
        let upper = single(scalar.properties.uppercaseMapping) ?? scalar
        let lower = single(upper.properties.lowercaseMapping) ?? upper
        return isUnknown(lower) ? scalar : lower
    }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first : nil
    }
}

extension Unicode.Scalar {
    /// Whether it is a letter, a number or a character for private use.
    var isLetterOrNumber: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .privateUse:
            true
        default: false
        }
    }
}
