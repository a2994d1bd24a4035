/// Markup that is complete and safe to send. Texts can only get into it escaped: what stands in a literal is markup, what is
/// interpolated into one is text, unless it is `HTML` already.
///
///     let item: HTML = "<li title=\"\(title)\">\(title)</li>"
///
/// An attribute's value is to stand in double quotes; the escapes are good for both places. The markup is HTML that an XML
/// parser can read as well: every element is closed, every attribute has a value.
package struct HTML: Hashable, Sendable {
    package private(set) var text: String

    package static let empty = HTML(markup: "")

    private init(markup: String) {
        text = markup
    }

    /// A text as markup: `&`, `<`, `>` and both quotes as references, a line break too, so that a fragment without one in
    /// its own markup stays on one line. A character that XML 1.0 does not know (section 2.2: most control characters)
    /// becomes U+FFFD.
    package static func escaping(_ text: some StringProtocol) -> HTML {
        // Most texts are names and numbers of the program's own.
        if text.utf8.allSatisfy(isPlain) { return HTML(markup: String(text)) }
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n": escaped += "&#10;"
            case "\r": escaped += "&#13;"
            case "\t": escaped += "&#9;"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return HTML(markup: escaped)
    }

    /// Whether a byte of UTF-8 stands for itself, whatever comes before and after it.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
        default: (0x20..<0x7F).contains(byte)
        }
    }

    fileprivate static func joining(_ pieces: some Sequence<HTML>, separator: String) -> HTML {
        var markup = ""
        var isFirst = true
        for piece in pieces {
            if !isFirst { markup += separator }
            markup += piece.text
            isFirst = false
        }
        return HTML(markup: markup)
    }
}

extension Sequence<HTML> {
    /// The pieces one after the other, each on a line of its own.
    func lines() -> HTML { HTML.joining(self, separator: "\n") }

    /// The pieces one right after the other.
    func joined() -> HTML { HTML.joining(self, separator: "") }
}

extension HTML: ExpressibleByStringInterpolation {
    package init(stringLiteral value: StaticString) {
        self.init(markup: value.description)
    }

    package init(stringInterpolation: Interpolation) {
        self.init(markup: stringInterpolation.markup)
    }

    /// Puts literals and what is interpolated into them together.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + 32 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            markup += literal.description
        }

        package mutating func appendInterpolation(_ text: some StringProtocol) {
            markup += HTML.escaping(text).text
        }

        package mutating func appendInterpolation(_ number: Int) {
            markup += String(number)
        }

        /// Nothing where there is no markup.
        package mutating func appendInterpolation(_ html: HTML?) {
            markup += html?.text ?? ""
        }
    }
}
