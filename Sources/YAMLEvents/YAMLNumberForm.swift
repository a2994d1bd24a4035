/// The forms of a number in the YAML 1.2 core schema, told apart by their text alone (YAML 1.2.2 section 10.3.2).
enum YAMLNumberForm {
    case none
    /// `[-+]? [0-9]+`
    case decimal
    /// `0o [0-7]+`
    case octal
    /// `0x [0-9a-fA-F]+`
    case hexadecimal
    /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, where it is no `decimal`
    case float
    /// `[-+]? ( \.inf | \.Inf | \.INF )`
    case infinity
    /// `\.nan | \.NaN | \.NAN`
    case notANumber

    init(_ text: String) {
        let bytes = text.utf8
        var rest = bytes[...]
        if rest.starts(with: "0o".utf8) {
            rest.removeFirst(2)
            self = !rest.isEmpty && rest.allSatisfy { (0x30...0x37).contains($0) } ? .octal : .none
            return
        }
        if rest.starts(with: "0x".utf8) {
            rest.removeFirst(2)
            self = !rest.isEmpty && rest.allSatisfy(Self.isHexadecimalDigit) ? .hexadecimal : .none
            return
        }
        if text == ".nan" || text == ".NaN" || text == ".NAN" {
            self = .notANumber
            return
        }
        Self.skipSign(&rest)
        if [".inf", ".Inf", ".INF"].contains(where: { rest.elementsEqual($0.utf8) }) {
            self = .infinity
            return
        }
        self = Self.decimalOrFloat(rest)
    }

    private static func decimalOrFloat(_ digits: Substring.UTF8View) -> YAMLNumberForm {
        var rest = digits
        let whole = skipDigits(&rest)
        if whole > 0 && rest.isEmpty { return .decimal }
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let fraction = skipDigits(&rest)
            if whole == 0 && fraction == 0 { return .none }
        } else if whole == 0 {
            return .none
        }
        if rest.isEmpty { return .float }
        guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return .none }
        rest.removeFirst()
        skipSign(&rest)
        let exponent = skipDigits(&rest)
        return exponent > 0 && rest.isEmpty ? .float : .none
    }

    private static func skipSign(_ rest: inout Substring.UTF8View) {
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    }

    /// How many digits there were.
    private static func skipDigits(_ rest: inout Substring.UTF8View) -> Int {
        var count = 0
        while let byte = rest.first, (0x30...0x39).contains(byte) {
            rest.removeFirst()
            count += 1
        }
        return count
    }

    private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}

/// The words of the core schema, and the conversion of its floats.
enum YAMLCoreText {
    static func isNull(_ text: String) -> Bool {
        switch text {
        case "", "~", "null", "Null", "NULL": true
        default: false
        }
    }

    static func bool(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE": true
        case "false", "False", "FALSE": false
        default: nil
        }
    }

    /// The nearest Double of a text in `decimal` or `float` form; infinite where it is too large.
    static func double(_ text: String) -> Double? {
        Double(text)
    }
}
