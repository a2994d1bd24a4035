extension Unicode.Scalar {
    /// Whether it takes a place of its own on a terminal and does nothing else to it.
    var isShownOnTerminal: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
    }
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
}

extension String {
    /// The text with spaces behind it, if it has fewer characters than `width`.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

extension Int {
    /// `1 fault`, `3 faults`.
    func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
