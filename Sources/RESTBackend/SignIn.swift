import OperationCatalogue
import OperationPipeline

extension RESTBackend {
    func startAuth(_ draft: RequestDraft, _ request: OperationRequest) async -> OperationResult {
        let result = await send(draft, for: request)
        guard case .ok(let text) = result else { return result }
        let payload = try? text.value()
        guard let url = payload?["auth_url"]?.stringValue, let session = payload?["session_id"]?.stringValue else {
            return .failed(
                OperationError(.backendFailed, "\(location.baseURL) began no sign-in: no auth_url and session_id"))
        }
        return .ok(
            JSONText([
                "auth_url": .string(url), "session_id": .string(session),
                "instructions": .string(StartAuth.instructions),
            ]))
    }

    /// The token goes to the store and nowhere else: neither into the payload nor into an error.
    func completeAuth(
        _ operation: CompleteAuth, _ draft: RequestDraft, _ request: OperationRequest
    ) async -> OperationResult {
        let result = await send(draft, for: request).hiding(operation.code)
        guard case .ok(let text) = result else { return result }
        let payload = try? text.value()
        guard let token = payload?["token"]?.stringValue, !token.isEmpty else {
            return .failed(
                OperationError(.backendFailed, "\(location.baseURL) took the code and gave no token: begin anew"))
        }
        let username = payload?["user"]?["username"]?.stringValue ?? ""
        do throws(OperationError) {
            try await tokens.save(Secret(token), username: username, baseURL: location.baseURL)
        } catch {
            return .failed(error)
        }
        return .ok(JSONText(["authenticated": true, "username": .string(username)]))
    }

    /// Whatever the backend says, the saved credentials go; but not on behalf of somebody who came with a token of their
    /// own.
    func logout(_ draft: RequestDraft, _ request: OperationRequest) async -> OperationResult {
        let result = await send(draft, for: request)
        guard request.caller.credential == nil else { return result }
        do throws(OperationError) {
            try await tokens.remove()
        } catch {
            return result.error == nil ? .failed(error) : result
        }
        return result
    }
}
