import OperationCatalogue

/// One line from the client, taken apart (JSON-RPC 2.0).
enum JSONRPCMessage: Sendable {
    case request(JSONRPCRequest)
    case notification(JSONRPCNotification)
    /// An answer to a request of this server.
    case response(JSONRPCResponse)
    /// An answer that names no request: nothing can be done with it, and answering it would never end.
    case answerToNothing
    /// Answered with an error and no more; with an identifier where one could be read.
    case invalid(RequestID?, ProtocolError)
    /// Several messages in one array, which only version 2025-03-26 knows.
    case batch([JSONRPCMessage])

    /// Takes a line apart. What is wrong with it is a message too.
    ///
    /// - Parameter line: the bytes without their line end.
    init(line: Span<UInt8>) {
        do {
            let value = try JSONReader.value(line)
            guard case .array(let elements) = value else {
                self.init(value, text: line)
                return
            }
            guard elements.count <= Self.batchLimit else {
                let message = "expected at most \(Self.batchLimit) messages in an array, found \(elements.count)"
                self = .invalid(nil, ProtocolError(.invalidRequest, message))
                return
            }
            let ranges = line.elementRanges()
            self = .batch(zip(elements, ranges).map { JSONRPCMessage($0, text: line.extracting($1)) })
        } catch {
            self = .invalid(nil, ProtocolError(.parseError, "this line is not a JSON text: \(error)"))
        }
    }

    /// The most messages in one array.
    static let batchLimit = 1000

    private init(_ value: JSONValue, text: Span<UInt8>) {
        guard case .object(let object) = value else {
            self = .invalid(nil, ProtocolError(.invalidRequest, "expected an object, found \(value.shortDescription)"))
            return
        }
        let id = RequestID(object["id"], under: ["id"], of: text)
        do {
            self = try Self.read(object, id: id, text: text)
        } catch {
            self = .invalid(id, error)
        }
    }

    private static func read(
        _ object: JSONObject, id: RequestID?, text: Span<UInt8>
    ) throws(ProtocolError) -> JSONRPCMessage {
        if object["method"] == nil, object["result"] != nil || object["error"] != nil {
            return id.map { .response(JSONRPCResponse(id: $0, result: object["result"]?.objectValue)) }
                ?? .answerToNothing
        }
        guard object["jsonrpc"] == "2.0" else {
            throw ProtocolError(.invalidRequest, #"jsonrpc: expected the string "2.0""#)
        }
        if object["id"] != nil, id == nil, object["method"] != nil {
            throw ProtocolError(.invalidRequest, "id: expected a string or an integer")
        }
        guard let method = object["method"] else { throw ProtocolError(.invalidRequest, "method: is required") }
        guard case .string(let name) = method else {
            throw ProtocolError(.invalidRequest, "method: expected a string, found \(method.shortDescription)")
        }
        // A notification is never answered, also when it is faulty.
        guard let id else {
            let params = object["params"]?.objectValue ?? JSONObject()
            let subject = RequestID(params["requestId"], under: ["params", "requestId"], of: text)
            return .notification(JSONRPCNotification(method: name, params: params, requestID: subject))
        }
        let params = try params(of: object)
        let place = ["params", "_meta", "progressToken"]
        let token = RequestID(params["_meta"]?["progressToken"], under: place, of: text)
        return .request(JSONRPCRequest(id: id, method: name, params: params, progressToken: token))
    }

    private static func params(of object: JSONObject) throws(ProtocolError) -> JSONObject {
        switch object["params"] {
        // Some clients write null, or an empty array, for none.
        case nil, .null?, .array([])?: return JSONObject()
        case .object(let params)?: return params
        case let other?:
            throw ProtocolError(.invalidParams, "params: expected an object, found \(other.shortDescription)")
        }
    }
}

/// A request of the client.
struct JSONRPCRequest: Sendable {
    let id: RequestID
    let method: String
    let params: JSONObject
    /// What goes back with progress notifications, as it was written; MCP allows a string or an integer.
    let progressToken: JSONText?

    init(id: RequestID, method: String, params: JSONObject, progressToken: RequestID?) {
        self.id = id
        self.method = method
        self.params = params
        // A longer one would be sent back every second.
        self.progressToken = progressToken.map(\.text).flatMap { $0.bytes.count <= 1024 ? $0 : nil }
    }

    var meta: JSONObject { params["_meta"]?.objectValue ?? JSONObject() }
}

/// What the client tells without wanting an answer.
struct JSONRPCNotification: Sendable {
    let method: String
    let params: JSONObject
    /// The request that it is about: its parameter `requestId`.
    let requestID: RequestID?
}

/// An answer of the client.
struct JSONRPCResponse: Sendable {
    let id: RequestID
    /// `nil` where the client answered with an error.
    let result: JSONObject?
}
