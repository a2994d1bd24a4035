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

    package static func + (left: HTML, right: HTML) -> HTML {
        HTML(markup: left.text + right.text)
    }
}

extension Sequence<HTML> {
    /// The pieces one after the other, each on a line of its own.
    func lines() -> HTML {
        var iterator = makeIterator()
        guard var joined = iterator.next() else { return .empty }
        while let next = iterator.next() { joined = joined + "\n" + next }
        return joined
    }

    /// The pieces one right after the other.
    func joined() -> HTML {
        reduce(.empty, +)
    }
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
