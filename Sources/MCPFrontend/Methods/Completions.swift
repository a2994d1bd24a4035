import OperationCatalogue
import OperationPipeline

extension Methods {
    /// `completion/complete` (MCP, server/utilities/completion). Where the tasks cannot be read there is nothing to suggest.
    func complete(_ params: JSONObject) throws(ProtocolError) -> MethodResult {
        let request: CompletionRequest
        do {
            request = try CompletionRequest(params, selection: offer)
        } catch {
            throw ProtocolError(.invalidParams, "params: \(error)")
        }
        guard let read = request.read else { return .result(.completion(request.completion(from: nil))) }
        return .operations([OperationCall(read.operation, read.arguments)]) { conclusions throws(ProtocolError) in
            guard case .ok(let payload, _)? = conclusions.first?.outcome.result else {
                return .result(.completion(.empty))
            }
            return .result(.completion(request.completion(from: payload)))
        }
    }
}

extension ResultBody {
    fileprivate static func completion(_ completion: Completion) -> ResultBody {
        ResultBody { completion.writeMembers(to: &$0) }
    }
}
