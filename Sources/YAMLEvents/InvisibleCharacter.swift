extension Unicode.Scalar {
    /// Whether nobody can see it, or tell it from a space: what web pages and chats leave in a text that is copied from
    /// them. Spaces and what ends a line are meant to be so.
    package var isInvisible: Bool {
        switch self {
        case " ", "\n", "\r", "\t": return false
        // Letters and signs by their category, which fonts leave empty.
        case "\u{115F}", "\u{1160}", "\u{2800}", "\u{3164}", "\u{FFA0}": return true
        default: break
        }
        return switch properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .format, .control: true
        default: false
        }
    }

    /// Its number as Unicode writes it: `U+00A0`.
    package var number: String {
        let digits = String(value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Its number and name: `U+00A0 NO-BREAK SPACE`.
    package var numberAndName: String {
        if self == "\u{FEFF}" { return "\(number) BYTE ORDER MARK" }
        return "\(number) \(properties.name ?? "control character")"
    }
}
