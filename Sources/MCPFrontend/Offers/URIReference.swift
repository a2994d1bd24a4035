/// A URI (RFC 3986) of the form that this server's resources have: a scheme, a host and path segments, and nothing else.
struct URIReference: Hashable {
    /// In lower case (section 6.2.2.1).
    let scheme: String
    /// In lower case, its percent-encoding taken off.
    let host: String
    /// Each with its percent-encoding taken off.
    let segments: [String]

    /// `nil` for whatever has not this form: no `://`, a query or fragment, broken percent-encoding, text that is no UTF-8.
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = text[colon...]
        guard rest.hasPrefix("://"), !rest.contains("?"), !rest.contains("#") else { return nil }
        var parts: [String] = []
        for part in rest.dropFirst(3).split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = Self.percentDecoded(part) else { return nil }
            parts.append(decoded)
        }
        guard let host = parts.first, !host.isEmpty else { return nil }
        scheme = text[..<colon].lowercased()
        self.host = host.lowercased()
        segments = Array(parts.dropFirst())
    }

    /// The text with each `%` and its two hexadecimal digits replaced by the octet they stand for (section 2.1).
    static func percentDecoded(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var octets: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                octets.append(byte)
                continue
            }
            guard let high = bytes.next().flatMap(hexadecimalValue), let low = bytes.next().flatMap(hexadecimalValue)
            else { return nil }
            octets.append(high << 4 | low)
        }
        return String(validating: octets, as: UTF8.self)
    }

    private static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
