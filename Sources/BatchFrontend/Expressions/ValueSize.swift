import OperationCatalogue

/// How large a value may become by expressions, which can repeat what they refer to: a few lines that double each other
/// would fill any memory otherwise. The limits are those of a value that is written out.
struct ValueSize {
    static let maximumNodes = 100_000
    static let maximumBytes = 16 << 20

    private var nodes = 0
    private var bytes = 0

    static func check(_ value: JSONValue) throws(ExpressionFault) {
        var size = ValueSize()
        try size.add(value)
    }

    static func check(_ text: String) throws(ExpressionFault) {
        if text.utf8.count <= maximumBytes { return }
        throw ExpressionFault("with its expressions the value has more than the limit of \(maximumBytes) bytes")
    }

    /// How much text a value holds, in bytes of UTF-8, without what stands around it.
    static func bytes(of object: JSONObject) -> Int {
        object.members.reduce(0) { $0 + $1.key.utf8.count + bytes(of: $1.value) }
    }

    private static func bytes(of value: JSONValue) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .array(let elements): elements.reduce(0) { $0 + bytes(of: $1) }
        case .object(let object): bytes(of: object)
        case .null, .bool, .integer, .number: 0
        }
    }

    private mutating func add(_ value: JSONValue) throws(ExpressionFault) {
        nodes += 1
        switch value {
        case .string(let text): bytes += text.utf8.count
        case .array(let elements): for element in elements { try add(element) }
        case .object(let object):
            for member in object.members {
                bytes += member.key.utf8.count
                try add(member.value)
            }
        case .null, .bool, .integer, .number: break
        }
        if nodes > Self.maximumNodes {
            throw ExpressionFault(
                "with its expressions the value has more than the limit of \(Self.maximumNodes) nodes")
        }
        if bytes > Self.maximumBytes {
            throw ExpressionFault(
                "with its expressions the value has more than the limit of \(Self.maximumBytes) bytes")
        }
    }
}
