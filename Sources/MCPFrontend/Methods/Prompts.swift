import OperationCatalogue
import OperationPipeline

extension Methods {
    /// `prompts/list` (MCP, server/prompts).
    func listPrompts(_ params: JSONObject, version: ProtocolVersion) throws(ProtocolError) -> ResultBody {
        try list("prompts", Prompt.offered(by: offer), params) { $0.json(for: version) }
    }

    /// `prompts/get`: the prompt's data are read when it is asked for.
    func getPrompt(_ params: JSONObject) throws(ProtocolError) -> MethodResult {
        let name = try params.text("name")
        let arguments = try Self.arguments(params["arguments"])
        let prompt: PromptRequest
        do {
            prompt = try PromptRequest(name, arguments, selection: offer)
        } catch {
            throw ProtocolError(.invalidParams, error.description)
        }
        let calls = prompt.reads.map { OperationCall($0.operation, $0.arguments) }
        return .operations(calls) { conclusions throws(ProtocolError) in
            var payloads: [JSONText] = []
            for (read, conclusion) in zip(prompt.reads, conclusions) {
                payloads.append(
                    try payload(of: conclusion.outcome.result, read.operation) { sentence in
                        ProtocolError(.invalidParams, sentence)
                    })
            }
            let payloadsAsTheyAre = payloads
            return .result(
                ResultBody(sizeEstimate: PromptRequest.bound + 4096) { writer in
                    prompt.writeMembers(payloadsAsTheyAre, to: &writer)
                }
            )
        }
    }

    private static func arguments(_ arguments: JSONValue?) throws(ProtocolError) -> JSONObject {
        switch arguments {
        case nil, .null?, .array([])?: return [:]
        case .object(let object)?: return object
        case let other?:
            throw ProtocolError(
                .invalidParams, "params.arguments: expected an object, found \(other.shortDescription)")
        }
    }
}
