import OperationCatalogue

/// The lines that the server writes.
enum MessageWriting {
    /// A response with its result; a line without its end.
    static func response(
        to id: RequestID, _ body: ResultBody, version: ProtocolVersion, identity: JSONText
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: body.sizeEstimate + 256)
        begin(&writer)
        writer.key("id")
        writer.raw(id.text)
        writer.key("result")
        writer.beginObject()
        body.writeMembers(&writer)
        if version.isStateless { finish(body, identity: identity, into: &writer) }
        writer.endObject()
        writer.endObject()
        return writer.takeBytes()
    }

    private static func finish(_ body: ResultBody, identity: JSONText, into writer: inout JSONWriter) {
        writer.key("resultType")
        writer.string(body.isComplete ? "complete" : "input_required")
        if body.isComplete, let caching = body.caching {
            writer.key("ttlMs")
            writer.integer(caching.timeToLive)
            writer.key("cacheScope")
            writer.string(caching.scope)
        }
        writer.key("_meta")
        writer.beginObject()
        writer.key(MetaKey.serverInfo)
        writer.raw(identity)
        if let subscription = body.subscription {
            writer.key(MetaKey.subscriptionID)
            writer.raw(subscription.text)
        }
        writer.endObject()
    }

    /// A response that says what is wrong.
    ///
    /// - Parameter omitsUnknownID: whether an identifier that could not be read is left out, as MCP has it since
    ///   2025-11-25, or is `null` (JSON-RPC 2.0 section 5).
    static func error(_ error: ProtocolError, to id: RequestID?, omitsUnknownID: Bool) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256)
        begin(&writer)
        if let id {
            writer.key("id")
            writer.raw(id.text)
        } else if !omitsUnknownID {
            writer.key("id")
            writer.null()
        }
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.integer(error.code.rawValue)
        writer.key("message")
        writer.string(error.message)
        if let data = error.data {
            writer.key("data")
            writer.value(data)
        }
        writer.endObject()
        writer.endObject()
        return writer.takeBytes()
    }

    static func notification(_ method: String, _ writeParams: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256)
        begin(&writer)
        writer.key("method")
        writer.string(method)
        writer.key("params")
        writer.beginObject()
        writeParams(&writer)
        writer.endObject()
        writer.endObject()
        return writer.takeBytes()
    }

    /// A request of the server to the client, which only the versions with a handshake know.
    static func request(_ method: String, id: RequestID, params: JSONValue) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256)
        begin(&writer)
        writer.key("id")
        writer.raw(id.text)
        writer.key("method")
        writer.string(method)
        writer.key("params")
        writer.value(params)
        writer.endObject()
        return writer.takeBytes()
    }

    private static func begin(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("jsonrpc")
        writer.string("2.0")
    }
}
