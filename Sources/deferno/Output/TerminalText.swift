import CWideCharacters
import Glibc

extension Unicode.Scalar {
    /// Whether it takes a place of its own on a terminal and does nothing else to it.
    var isShownOnTerminal: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
    }

    /// How many columns it takes on a terminal: 2 for most of what is written in China, Japan and Korea and for emoji, 0
    /// for what is put over the character before it. As glibc has it (`wcwidth`), and so most terminals.
    var terminalWidth: Int { TerminalWidths.of(CollectionOfOne(self)) }
}

extension String {
    /// The text for a person's terminal: what would steer the terminal, such as escape sequences in a script or a title,
    /// stands as `\u{1b}`; what is very long is cut.
    var escapedForTerminal: String {
        let limit = 2000
        var text = ""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count == limit { return text + "…" }
            if scalar.isShownOnTerminal {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return text
    }

    /// The text in one line: a space for everything that is not shown on a terminal, line breaks among it.
    var onOneLine: String {
        String(UnicodeScalarView(unicodeScalars.map { $0.isShownOnTerminal ? $0 : " " }))
    }

    /// How many columns the text takes on a terminal, where everything in it is shown.
    var terminalWidth: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : TerminalWidths.of(unicodeScalars)
    }

    /// The beginning of the text that fits into so many columns, with `…` behind it where that is not the whole of it.
    func cut(toColumns columns: Int) -> String {
        // Most texts fit, and no character takes more columns than it has bytes.
        if utf8.count <= columns || terminalWidth <= columns { return self }
        return Self.prefix(of: self, columns - 1) + (columns > 0 ? "…" : "")
    }

    /// The end of the text that fits into so many columns, with `…` before it where that is not the whole of it: for
    /// paths, whose end says more.
    func cutAtFront(toColumns columns: Int) -> String {
        if utf8.count <= columns || terminalWidth <= columns { return self }
        let end = String(Self.prefix(of: String(reversed()), columns - 1).reversed())
        return (columns > 0 ? "…" : "") + end
    }

    private static func prefix(of text: String, _ columns: Int) -> String {
        var used = 0
        var prefix = ""
        // Whole characters: an accent stays with its letter.
        for character in text {
            used += TerminalWidths.of(character.unicodeScalars)
            if used > columns { break }
            prefix.append(character)
        }
        return prefix
    }

    /// The text with spaces behind it, if it takes fewer columns than `width`.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - terminalWidth))
    }
}

/// What glibc says of widths, by Unicode's tables whatever the locale of the process.
enum TerminalWidths {
    /// Made once for the process, and never freed; `nil` where the system has no such locale.
    nonisolated(unsafe) private static let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)

    /// The columns of all scalars together; what is not shown counts as one each.
    static func of(_ scalars: some Sequence<Unicode.Scalar>) -> Int {
        guard let locale else { return scalars.reduce(0) { count, _ in count + 1 } }
        let before = uselocale(locale)
        defer { _ = uselocale(before) }
        return scalars.reduce(0) { width, scalar in
            if scalar.value < 0x7F { return width + 1 }
            let own = wcwidth(wchar_t(bitPattern: scalar.value))
            return width + (own < 0 ? 1 : Int(own))
        }
    }
}

/// The size of the terminal behind a standard stream.
enum TerminalSize {
    /// Its columns; `nil` where it is none. `COLUMNS` of the environment holds where the terminal does not know.
    static func columns(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return EnvironmentVariables.process["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}

extension Int {
    /// `1 fault`, `3 faults`.
    func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
