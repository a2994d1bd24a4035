import OperationCatalogue

/// An answer of the backend, as far as it is looked at.
struct Answer: Sendable {
    let status: Int
    /// The words beside the status: `Not Found`.
    let reason: String
    /// `Retry-After` as it came (RFC 9110 section 10.2.3).
    let retryAfter: String?
    /// `Location` as it came.
    let location: String?
    let body: [UInt8]

    init(status: Int, reason: String, retryAfter: String? = nil, location: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.reason = reason
        self.retryAfter = retryAfter
        self.location = location
        self.body = body
    }

    var isGood: Bool { 200..<300 ~= status }

    /// Whether the body begins as HTML does.
    var isPage: Bool { body.first { $0 > 0x20 } == UInt8(ascii: "<") }

    /// The same without a text that must not be repeated.
    func hiding(_ secret: Secret) -> Answer {
        let needle = Array(secret.reveal().utf8)
        guard Secret.isWorthHiding(secret), body.contains(needle) else { return self }
        return Answer(
            status: status, reason: reason, retryAfter: retryAfter, location: location,
            body: Array(body.split(separator: needle).joined(separator: Array(Secret.redacted.utf8))))
    }

    /// The first 200 characters of the body, with spaces for control characters.
    var quote: String {
        // Each character has four bytes at most; where the cut parts one, what is left of it is not among the first 200.
        let text = String(decoding: body.prefix(804), as: UTF8.self)
        return String(
            text.unicodeScalars.prefix(200).map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }
}
