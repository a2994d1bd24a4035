import OperationCatalogue
import OperationPipeline

extension Methods {
    /// `resources/list` (MCP, server/resources).
    func listResources(_ params: JSONObject, version: ProtocolVersion) throws(ProtocolError) -> ResultBody {
        try list("resources", resources.resources, params) { $0.json(for: version) }
    }

    /// `resources/templates/list`.
    func listResourceTemplates(_ params: JSONObject, version: ProtocolVersion) throws(ProtocolError) -> ResultBody {
        try list("resourceTemplates", resources.templates, params) { $0.json(for: version) }
    }

    /// `resources/read`.
    func readResource(_ params: JSONObject, in context: RequestContext) throws(ProtocolError) -> MethodResult {
        let read = try resource(params["uri"], at: "params.uri", version: context.version)
        return .operations([OperationCall(read.operation, read.arguments)]) { conclusions throws(ProtocolError) in
            guard let result = conclusions.first?.outcome.result else { throw .lost }
            let payload = try payload(of: result, read.operation) { sentence in
                .resourceNotFound(sentence, uri: read.requestedURI, context.version)
            }
            let excerpt = Excerpt(of: payload, within: ResourceRead.bound)
            return .result(
                ResultBody(caching: .volatile, sizeEstimate: excerpt.text.bytes.count * 9 / 8 + 512) { writer in
                    read.writeMembers(excerpt, offer, to: &writer)
                }
            )
        }
    }

    /// The resource that a client has named.
    func resource(
        _ uri: JSONValue?, at place: String, version: ProtocolVersion
    ) throws(ProtocolError) -> ResourceRead {
        guard case .string(let uri)? = uri else {
            throw ProtocolError(.invalidParams, "\(place): is required, expected a URI as a string")
        }
        do {
            return try resources.read(uri)
        } catch {
            throw .resourceNotFound(error.description, uri: uri, version)
        }
    }

    /// The resources of a `subscriptions/listen` request that changes can be told of (MCP 2026-07-28,
    /// basic/patterns/subscriptions). What is not there is left out, as the lists' own changes are: they have none.
    func resourcesToListenTo(_ request: JSONRPCRequest) throws(ProtocolError) -> [ResourceRead] {
        guard case .object(let filter)? = request.params["notifications"] else {
            throw ProtocolError(.invalidParams, "params.notifications: is required, expected an object")
        }
        let place = "params.notifications.resourceSubscriptions"
        guard let uris = filter["resourceSubscriptions"], !uris.isNull else { return [] }
        guard case .array(let elements) = uris else {
            throw ProtocolError(.invalidParams, "\(place): expected an array of URIs")
        }
        guard elements.count <= SessionState.subscriptionLimit else {
            throw ProtocolError(
                .invalidParams,
                "\(place): expected at most \(SessionState.subscriptionLimit) URIs, found \(elements.count)")
        }
        var reads: [ResourceRead] = []
        var known: Set<String> = []
        for (index, element) in elements.enumerated() {
            guard case .string(let uri) = element else {
                throw ProtocolError(.invalidParams, "\(place)[\(index)]: expected a URI as a string")
            }
            if let read = try? resources.read(uri), known.insert(read.uri).inserted { reads.append(read) }
        }
        return reads
    }

    /// The payload, or the failure as an error of the protocol.
    func payload(
        of result: OperationResult, _ definition: OperationDefinition, notFound: (String) -> ProtocolError
    ) throws(ProtocolError) -> JSONText {
        switch result {
        case .ok(let payload, _): return payload
        case .failed, .unknown, .skipped, .spooled:
            let error = result.error ?? (result.status == .ok ? .unaskedPieces : .notRun)
            let sentence = error.sentenceForModel(of: definition)
            if error.code == .notFound { throw notFound(sentence) }
            let advice = signInAdvice.text(on: error, of: definition, offer).map { " \($0)" } ?? ""
            throw ProtocolError(.internalError, sentence + advice, data: ["code": .string(error.code.rawValue)])
        }
    }
}

extension ProtocolError {
    /// MCP until 2025-11-25 has a code of its own for it, later versions say invalid params.
    fileprivate static func resourceNotFound(
        _ message: String, uri: String, _ version: ProtocolVersion
    ) -> ProtocolError {
        ProtocolError(
            version.isStateless ? .invalidParams : .resourceNotFound, message,
            data: ["uri": .string(String(uri.unicodeScalars.prefix(2000)))])
    }
}
