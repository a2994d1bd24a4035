import OperationCatalogue

/// The `id` of a JSON-RPC request (JSON-RPC 2.0 section 4), kept as it was written, so that it goes back with its type and
/// value, also an integer beyond 64 bits.
struct RequestID: Hashable, Sendable {
    /// A JSON text: a string or an integer.
    let text: JSONText

    init(_ string: String) { self.init(text: JSONText(.string(string))) }

    private init(text: JSONText) { self.text = text }

    /// The identifier that a message carries under `id`.
    ///
    /// - Parameters:
    ///   - value: what was read under the key.
    ///   - key: the member that it stands under.
    ///   - message: the object's text, looked into where the number does not fit a 64-bit integer.
    /// - Returns: `nil` for what is neither a string nor an integer.
    init?(_ value: JSONValue?, under key: String, of message: Span<UInt8>) {
        switch value {
        case .string(let string): self.init(string)
        case .integer(let integer): self.init(text: JSONText(.integer(integer)))
        case .number:
            guard let digits = message.member(key), digits.isInteger else { return nil }
            self.init(text: JSONText(trusted: digits))
        default: return nil
        }
    }

    /// How the log writes it: a string as it is, a number in digits.
    var logText: String {
        guard case .string(let string)? = try? text.value() else { return text.description }
        return string
    }

    static func == (left: RequestID, right: RequestID) -> Bool { left.text.bytes == right.text.bytes }
    func hash(into hasher: inout Hasher) { hasher.combine(text.bytes) }
}

extension [UInt8] {
    /// Whether this is a JSON number without fraction and exponent.
    fileprivate var isInteger: Bool {
        allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "-") }
    }
}

extension Span<UInt8> {
    /// The bytes of the number that stands under a key of the outermost object of this valid JSON text.
    fileprivate func member(_ key: String) -> [UInt8]? {
        let wanted = Array(key.utf8)
        var depth = 0
        var index = 0
        while index < count {
            let byte = self[index]
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let start = index + 1
                index = endOfString(from: start)
                if depth == 1, let value = valueAfterKey(endingAt: index), matches(wanted, from: start, to: index) {
                    return number(from: value)
                }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The place of the quotation mark that ends a string.
    private func endOfString(from start: Int) -> Int {
        var index = start
        while index < count, self[index] != UInt8(ascii: "\"") {
            index += self[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index
    }

    /// Where the value begins, if the string that ends here is a key.
    private func valueAfterKey(endingAt end: Int) -> Int? {
        var index = end + 1
        while index < count, self[index] <= UInt8(ascii: " ") { index += 1 }
        guard index < count, self[index] == UInt8(ascii: ":") else { return nil }
        index += 1
        while index < count, self[index] <= UInt8(ascii: " ") { index += 1 }
        return index
    }

    private func matches(_ key: [UInt8], from start: Int, to end: Int) -> Bool {
        guard end - start == key.count else { return false }
        return key.indices.allSatisfy { key[$0] == self[start + $0] }
    }

    private func number(from start: Int) -> [UInt8] {
        var digits: [UInt8] = []
        var index = start
        while index < count, "+-.0123456789eE".utf8.contains(self[index]) {
            digits.append(self[index])
            index += 1
        }
        return digits
    }
}
