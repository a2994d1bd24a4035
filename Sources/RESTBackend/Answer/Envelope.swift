import Glibc
import OperationCatalogue

/// What a body says beneath the dialect that it is written in.
///
/// The two dialects of the backend are told apart by the body alone: an object with `version` and one of `data` and `error`
/// is an envelope, anything else is the payload itself.
enum Envelope: Sendable {
    /// The payload, and whether it stood in an envelope.
    case payload(JSONText, isWrapped: Bool)
    /// An envelope with an error in it, which is its value as a tree.
    case error(JSONValue)
    /// An envelope of a version that nobody here knows, as it is written.
    case foreign(version: String)

    static let knownVersions = ["0.1", "0.2"]

    /// Reads a body: all of it is checked, and nothing of it is built anew.
    ///
    /// - Throws: ``JSONSyntaxError`` when it is no JSON.
    init(_ body: [UInt8]) throws(JSONSyntaxError) {
        // The usual envelope, `{"version":"0.1","data":...}`, costs one pass: when all between its head and the last brace
        // is one JSON text, the whole is one too.
        if let (version, data) = EnvelopeHead.find(in: body), Self.knownVersions.contains(version),
            let payload = try? JSONText(validating: body[data])
        {
            self = .payload(payload, isWrapped: true)
            return
        }
        let text = try JSONText(validating: body)
        guard text.bytes.first == UInt8(ascii: "{"), text.bytes.contains(Array("version\"".utf8)) else {
            self = .payload(text, isWrapped: false)
            return
        }
        self = try Self.read(text)
    }

    private static func read(_ text: JSONText) throws(JSONSyntaxError) -> Envelope {
        let members = CompactMembers(text)
        guard let version = members["version"], members["data"] != nil || members["error"] != nil else {
            return .payload(text, isWrapped: false)
        }
        let versionText = try JSONReader.value(text.bytes[version])
        guard case .string(let name) = versionText, knownVersions.contains(name) else {
            return .foreign(version: String("\(JSONText(versionText))".prefix(40)))
        }
        if let error = members["error"], text.bytes[error] != Array("null".utf8)[...] || members["data"] == nil {
            return .error(try JSONReader.value(text.bytes[error]))
        }
        return .payload(JSONText(trusted: Array(text.bytes[members["data"] ?? 0..<0])), isWrapped: true)
    }
}

extension [UInt8] {
    /// Whether these bytes occur in a row. Quick where the first of them is rare.
    func contains(_ other: [UInt8]) -> Bool {
        withUnsafeBytes { haystack in
            other.withUnsafeBytes { needle in
                guard let start = haystack.baseAddress, let wanted = needle.baseAddress else { return false }
                var offset = 0
                while offset + needle.count <= haystack.count {
                    let rest = haystack.count - needle.count + 1 - offset
                    guard let hit = memchr(start + offset, Int32(needle[0]), rest) else { return false }
                    if memcmp(hit, wanted, needle.count) == 0 { return true }
                    offset = UnsafeRawPointer(hit) - start + 1
                }
                return false
            }
        }
    }
}
