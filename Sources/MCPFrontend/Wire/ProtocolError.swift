import OperationCatalogue

/// The `error` of a JSON-RPC response (JSON-RPC 2.0 section 5.1; MCP 2026-07-28, basic, "Error Codes").
struct ProtocolError: Error, Hashable, Sendable {
    let code: Code
    let message: String
    let data: JSONValue?

    enum Code: Int, Sendable {
        case parseError = -32700
        case invalidRequest = -32600
        case methodNotFound = -32601
        case invalidParams = -32602
        case internalError = -32603
        /// Until 2025-11-25; later versions say ``invalidParams``.
        case resourceNotFound = -32002
        case unsupportedProtocolVersion = -32022
    }

    init(_ code: Code, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }
}
