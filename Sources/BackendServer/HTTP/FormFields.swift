/// Names and values as a query and a form have them: `application/x-www-form-urlencoded` (WHATWG URL Standard, section 5).
struct FormFields: Hashable, Sendable {
    private var values: [String: String] = [:]
    private(set) var names: [String] = []

    /// - Returns: `nil` where an encoding is broken or a name stands twice.
    init?(_ text: some StringProtocol) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentDecoding.decoded(parts[0], plusIsSpace: true),
                let value = PercentDecoding.decoded(parts.count > 1 ? parts[1] : "", plusIsSpace: true),
                values.updateValue(value, forKey: name) == nil
            else { return nil }
            names.append(name)
        }
    }

    subscript(name: String) -> String? { values[name] }

    subscript(field: FormField) -> String { values[field.rawValue] ?? "" }
}

/// Percent-decoding (RFC 3986 section 2.1).
enum PercentDecoding {
    /// - Returns: `nil` where two digits are missing behind a `%`, or the bytes are no UTF-8.
    static func decoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
                guard digits.count == 2 else { return nil }
                bytes.append(UInt8(digits[0] << 4 | digits[1]))
                rest = rest.dropFirst(2)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// A text as a value of a query.
    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain || "-._~".utf8.contains(byte)
                ? String(Character(scalar)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
