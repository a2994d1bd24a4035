import OperationCatalogue

/// What the backend says about a failure, in either dialect.
struct Fault: Sendable {
    /// The longest sentence that is handed on, in characters.
    private static let longestMessage = 4000

    var code: String?
    var message: String?
    /// The task that was there already, under `item_exists`.
    var existing: JSONText?
    /// Whether it is an error as the contract has it, and so the backend's own word and not that of something before it.
    var isOwn = false
    /// Whether the body is no JSON.
    var isUnreadable = false
    var foreignVersion: String?

    init(_ answer: Answer) {
        if answer.body.isEmpty { return }
        do {
            switch try Envelope(answer.body) {
            case .error(let error): read(error)
            case .foreign(let version): foreignVersion = version
            case .payload(let payload, _): read(try payload.value())
            }
        } catch {
            readText(answer)
        }
    }

    init(envelopeError error: JSONValue) {
        read(error)
    }

    private mutating func read(_ error: JSONValue) {
        switch error {
        case .string(let text): message = Self.cut(text)
        case .object(let object):
            if case .object(let inner)? = object["error"] { return read(.object(inner)) }
            code = object["code"]?.stringValue.map { String($0.prefix(100)) }
            let text = (object["message"] ?? object["error"])?.stringValue
            // An empty sentence says nothing: the status's own words say more.
            message = text.flatMap { $0.isEmpty ? nil : Self.cut($0) }
            if let task = object["existing"], case .object = task { existing = JSONText(task) }
            isOwn = text != nil || code != nil
        default: break
        }
    }

    /// The bare dialect may answer any text. A short one that is no page is taken for what the backend says.
    private mutating func readText(_ answer: Answer) {
        isUnreadable = true
        let quote = answer.quote
        let text = quote.drop { $0 == " " }
        if text.first != "<", answer.body.count <= 200, !text.contains("\u{FFFD}"), !text.isEmpty {
            message = String(text)
        } else {
            message = "\(answer.reason); the answer is no JSON, it begins with: \(quote)"
        }
    }

    private static func cut(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > longestMessage else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(longestMessage))) + "..."
    }
}
