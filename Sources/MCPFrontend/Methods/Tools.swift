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
        if let resumed = resumedSignIn(name, params, in: context) { return .result(resumed) }
        let call = toolCall(name, params["arguments"])
        guard call.fault == nil, let definition = Catalogue.standard.definition(of: name) else {
            let message = call.fault?.message ?? "unknown tool \(name.quoted)"
            return .operations([call]) { _ throws(ProtocolError) in throw ProtocolError(.invalidParams, message) }
        }
        return .operations([call]) { conclusions throws(ProtocolError) in
            guard let conclusion = conclusions.first else { throw .lost }
            if case .ok(let payload) = conclusion.outcome.result, definition.result == .signInStarted,
                let ending = signIn(payload, in: context)
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
            // The value is not shown: a model that wrote the object as a text may have put a secret into it.
            let message = "params.arguments: expected an object, found JSON of the type \(other.typeName)"
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
