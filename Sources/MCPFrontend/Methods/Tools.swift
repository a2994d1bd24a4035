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
        guard call.fault == nil || call.fault?.code == .invalidArguments,
            let definition = Catalogue.standard.definition(of: name)
        else {
            let message = call.fault?.message ?? "unknown tool \(name.quoted)"
            return .operations([call]) { _ throws(ProtocolError) in throw ProtocolError(.invalidParams, message) }
        }
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

    private func toolCall(_ name: String, _ arguments: JSONValue?) -> OperationCall {
        guard offer.admits(name) else {
            let hint = nearest(to: name, among: offer.definitions.map(\.name)).map { "; did you mean \($0)?" } ?? ""
            return OperationCall(name, fault: OperationError(.unknownOperation, "unknown tool \(name.quoted)\(hint)"))
        }
        switch arguments {
        // Some clients write null, or an empty array, for no arguments.
        case nil, .null?, .array([])?: return OperationCall(name)
        case .object(let object)?: return understood(name, object)
        case let other?:
            // Others write the object as a text.
            if let text = other.stringValue, let object = (try? JSONReader.value(text.utf8))?.objectValue {
                return understood(name, object)
            }
            // The value is not shown: a model that wrote the object as a text may have put a secret into it.
            let message = "params.arguments: expected an object, found JSON of the type \(other.typeName)"
            return OperationCall(name, fault: OperationError(.invalidRequest, message))
        }
    }
}

extension Methods {
    /// A call with what its client means by these arguments.
    private func understood(_ name: String, _ arguments: JSONObject) -> OperationCall {
        guard let definition = Catalogue.standard.definition(of: name) else { return OperationCall(name, arguments) }
        let understood = ToolArguments(arguments, for: definition)
        guard !understood.faults.isEmpty else { return OperationCall(name, understood.arguments) }
        do throws(OperationError) {
            _ = try Catalogue.standard.resolve(name, understood.arguments, besides: understood.faults)
            return OperationCall(name, understood.arguments)
        } catch {
            return OperationCall(name, understood.arguments, fault: error)
        }
    }
}

extension ProtocolError {
    /// A defect of the program.
    static let lost = ProtocolError(.internalError, "the operation has no conclusion")
}
