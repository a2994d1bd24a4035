import OperationCatalogue
import OperationPipeline

extension Methods {
    /// `tools/list` (MCP, server/tools).
    func listTools(_ params: JSONObject, version: ProtocolVersion) throws(ProtocolError) -> ResultBody {
        try list("tools", offer.definitions, params) { ToolDefinition($0).json(for: version) }
    }

    /// `tools/call`. What is wrong with single arguments is told in the result, where a model reads it; an unknown tool and
    /// arguments that are no object are errors of the protocol. All leave their record, as everything that was asked for.
    func callTool(_ params: JSONObject, in context: RequestContext) throws(ProtocolError) -> Answer {
        let name = try params.text("name")
        if let resumed = try resumedSignIn(name, params, in: context) { return .result(resumed) }
        let call = toolCall(name, params["arguments"])
        guard call.fault == nil, let definition = Catalogue.standard.definition(of: name) else {
            let message = call.fault?.message ?? "unknown tool \(name.quoted)"
            return .operations([call]) { _ throws(ProtocolError) in throw ProtocolError(.invalidParams, message) }
        }
        let offer = offer
        return .operations([call]) { conclusions throws(ProtocolError) in
            guard let conclusion = conclusions.first else { throw .lost }
            if case .ok(let payload) = conclusion.outcome.result, definition.result == .signInStarted,
                let ending = Self.signIn(payload, definition, in: context, offer)
            {
                return ending
            }
            return .result(.toolResult(conclusion.outcome.result, of: definition, offer, context.version))
        }
    }

    private func toolCall(_ name: String, _ arguments: JSONValue?) -> OperationCall {
        guard offer.admits(name) else {
            let hint = nearest(to: name, among: offer.definitions.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            return OperationCall(name, fault: OperationError(.unknownOperation, "unknown tool \(name.quoted)\(hint)"))
        }
        switch arguments {
        // Some clients write null for no arguments.
        case nil, .null?: return OperationCall(name)
        case .object(let object)?: return OperationCall(name, object)
        case let other?:
            let message = "params.arguments: expected an object, found \(other.shortDescription)"
            return OperationCall(name, fault: OperationError(.invalidRequest, message))
        }
    }
}

extension ResultBody {
    /// A `CallToolResult`.
    static func toolResult(
        _ result: OperationResult, of definition: OperationDefinition, _ offer: ToolSelection,
        _ version: ProtocolVersion
    ) -> ResultBody {
        let result = ToolResult(result, of: definition, selection: offer)
        return ResultBody(sizeEstimate: result.sizeEstimate) { result.writeMembers(for: version, to: &$0) }
    }
}

extension ProtocolError {
    /// A defect of the program.
    static let lost = ProtocolError(.internalError, "the operation has no conclusion")
}

// MARK: - Sign-in by an address that the client shows

extension Methods {
    /// The name of the one question in an `InputRequiredResult`.
    private static let question = "sign_in"

    /// What `start_auth` ends with where the client can show an address to its user: in the era with a handshake a
    /// question of the server (MCP 2025-11-25, client/elicitation), in the stateless one a result that asks for input (MCP
    /// 2026-07-28, basic/patterns/mrtr). `nil` where it cannot, or where there is nothing to sign in to.
    private static func signIn(
        _ payload: JSONText, _ definition: OperationDefinition, in context: RequestContext, _ offer: ToolSelection
    ) -> Ending? {
        guard context.capabilities.elicitsURLs, let value = try? payload.value(),
            let url = value["auth_url"]?.stringValue, let id = value["session_id"]?.stringValue
        else { return nil }
        let message = "Sign in to Deferno in your browser. You will see a short code there: give it to the assistant."
        if context.version.isStateless {
            let params: JSONValue = ["mode": "url", "url": .string(url), "message": .string(message)]
            let requests: JSONValue = [question: ["method": "elicitation/create", "params": params]]
            return .result(
                ResultBody(
                    isComplete: false,
                    members: ["inputRequests": requests, "requestState": .string(payload.description)]))
        }
        guard context.version >= .november2025 else { return nil }
        return .elicitation(
            URLElicitation(
                id: id,
                url: url,
                message: message,
                accepted: .toolResult(.ok(payload.afterOpening), of: definition, offer, context.version),
                otherwise: .toolResult(.ok(payload), of: definition, offer, context.version)
            )
        )
    }

    /// The result of a `start_auth` that comes again with the user's answer. Its `requestState` is the payload of the first
    /// one. Nothing is done with it but to give it back, so one that was tampered with harms nobody but its maker.
    private func resumedSignIn(
        _ name: String, _ params: JSONObject, in context: RequestContext
    ) throws(ProtocolError) -> ResultBody? {
        let definition = StartAuth.definition
        guard context.version.isStateless, name == definition.name, offer.admits(name),
            let action = params["inputResponses"]?[Self.question]?["action"]?.stringValue,
            let state = params["requestState"]?.stringValue
        else { return nil }
        guard let payload = try? JSONText(validating: state.utf8), let value = try? payload.value(),
            value["auth_url"]?.stringValue != nil, value["session_id"]?.stringValue != nil
        else {
            throw ProtocolError(.invalidParams, "params.requestState: is not what \(name) has returned")
        }
        let result: OperationResult = .ok(action == "accept" ? payload.afterOpening : payload)
        return .toolResult(result, of: definition, offer, context.version)
    }
}

extension JSONText {
    /// The payload of `start_auth` for a model whose user has the page open already.
    fileprivate var afterOpening: JSONText {
        guard case .object(var object)? = try? value() else { return self }
        object["instructions"] = .string(StartAuth.instructionsAfterOpening)
        return JSONText(.object(object))
    }
}
