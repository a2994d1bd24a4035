import OperationCatalogue
import OperationPipeline

extension Methods {
    /// `tools/list` (MCP, server/tools).
    func listTools(_ params: JSONObject, version: ProtocolVersion) throws(ProtocolError) -> ResultBody {
        try list("tools", offer.definitions, params) { ToolDefinition($0).json(for: version) }
    }

    /// `tools/call`. What is wrong with single arguments is told in the result, where a model reads it; an unknown tool and
    /// arguments that are no object are errors of the protocol. All leave their record, as everything that was asked for.
    func callTool(_ params: JSONObject, in context: RequestContext) throws(ProtocolError) -> MethodResult {
        let name = try params.text("name")
        if let resumed = resumedSignIn(name, params, in: context) { return .result(resumed) }
        guard let definition = offer.tool(named: name) else { return refusal(of: unknownTool(name)) }
        let call = toolCall(definition, params["arguments"])
        if call.fault?.code == .invalidRequest { return refusal(of: call) }
        return .operations([call]) { conclusions throws(ProtocolError) in
            guard let conclusion = conclusions.first else { throw .lost }
            if case .ok(let payload, _) = conclusion.outcome.result, definition.session == .begins,
                let ending = signIn(payload, in: context)
            {
                return ending
            }
            account.note(conclusion.outcome.result, of: definition)
            return .result(toolResult(conclusion.outcome.result, of: definition, context.version))
        }
    }

    /// A `CallToolResult`.
    func toolResult(
        _ result: OperationResult, of definition: OperationDefinition, _ version: ProtocolVersion
    ) -> ResultBody {
        let result = ToolResult(result, of: definition, selection: offer, signIn: signInAdvice)
        return ResultBody(sizeEstimate: result.sizeEstimate) { result.writeMembers(for: version, to: &$0) }
    }

    /// What is no call of a tool is an error of the protocol, and leaves its record all the same.
    private func refusal(of call: OperationCall) -> MethodResult {
        let message = call.fault?.message ?? ""
        return .operations([call]) { _ throws(ProtocolError) in throw ProtocolError(.invalidParams, message) }
    }

    private func unknownTool(_ name: String) -> OperationCall {
        let hint = nearest(to: name, among: offer.definitions.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        return OperationCall(of: name, fault: OperationError(.unknownOperation, "unknown tool \(name.quoted)\(hint)"))
    }

    private func toolCall(_ definition: OperationDefinition, _ arguments: JSONValue?) -> OperationCall {
        switch arguments {
        // Some clients write null, or an empty array, for no arguments.
        case nil, .null?, .array([])?: return OperationCall(definition)
        case .object(let object)?: return understood(definition, object)
        case let other?:
            // Others write the object as a text.
            if let text = other.stringValue, let object = (try? JSONReader.value(text.utf8))?.objectValue {
                return understood(definition, object)
            }
            // The value is not shown: a model that wrote the object as a text may have put a secret into it.
            let message = "params.arguments: expected an object, found JSON of the type \(other.typeName)"
            return OperationCall(definition, fault: OperationError(.invalidRequest, message))
        }
    }

    /// A call with what its client means by these arguments.
    private func understood(_ definition: OperationDefinition, _ arguments: JSONObject) -> OperationCall {
        let understood = ToolArguments(arguments, for: definition)
        guard !understood.faults.isEmpty else { return OperationCall(definition, understood.arguments) }
        do throws(OperationError) {
            // Those that the check would find are told together with them.
            _ = try Catalogue.standard.resolve(definition.name, understood.arguments, besides: understood.faults)
            return OperationCall(definition, understood.arguments)
        } catch {
            return OperationCall(definition, understood.arguments, fault: error)
        }
    }
}

extension ProtocolError {
    /// A defect of the program.
    static let lost = ProtocolError(.internalError, "the operation has no conclusion")
}
