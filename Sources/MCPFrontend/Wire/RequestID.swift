import OperationCatalogue

/// The `id` of a JSON-RPC request (JSON-RPC 2.0 section 4), kept as it was written, so that it goes back with its type and
/// value, also an integer beyond 64 bits and one that is written `1.0`.
struct RequestID: Hashable, Sendable {
    /// A JSON text: a string or an integer.
    let text: JSONText
    /// What it is compared by: an integer in digits alone.
    private let value: JSONText

    init(_ string: String) { self.init(text: JSONText(.string(string))) }

    private init(text: JSONText, value: JSONText? = nil) {
        self.text = text
        self.value = value ?? text
    }

    /// The identifier that a message carries under `id`.
    ///
    /// - Parameters:
    ///   - value: what was read under the key.
    ///   - path: the members that it stands under, from the outside in.
    ///   - message: the object's text, looked into where the number does not fit a 64-bit integer.
    /// - Returns: `nil` for what is neither a string nor an integer.
    init?(_ value: JSONValue?, under path: [String], of message: Span<UInt8>) {
        switch value {
        case .string(let string): self.init(string)
        case .integer(let integer): self.init(text: JSONText(.integer(integer)))
        case .number(let number):
            guard let digits = message.number(under: path) else { return nil }
            let text = JSONText(trusted: digits)
            guard digits.isInteger || Int64(exactly: number) != nil else { return nil }
            self.init(text: text, value: digits.isInteger ? text : JSONText(.integer(Int64(number))))
        default: return nil
        }
    }

    /// How the log writes it: a string as it is, a number in digits.
    var logText: String {
        guard case .string(let string)? = try? text.value() else { return text.description }
        return string
    }

    static func == (left: RequestID, right: RequestID) -> Bool { left.value.bytes == right.value.bytes }
    func hash(into hasher: inout Hasher) { hasher.combine(value.bytes) }
}

extension [UInt8] {
    /// Whether this is a JSON number without fraction and exponent.
    fileprivate var isInteger: Bool {
        allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "-") }
    }
}
