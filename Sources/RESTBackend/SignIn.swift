import OperationCatalogue
import OperationPipeline

extension RESTBackend {
    func startAuth(_ operation: StartAuth, _ request: OperationRequest) async -> OperationResult {
        let result = await send(operation, for: request)
        guard case .ok(let text, _) = result else { return result }
        let payload = try? text.value()
        guard let url = payload?[.authURL]?.stringValue,
            let session = payload?[.sessionID]?.stringValue
        else {
            return .failed(
                OperationError(.backendFailed, "\(location.text) began no sign-in: no auth_url and session_id"))
        }
        return .ok(
            JSONText([
                PayloadMember.authURL.name: .string(url), PayloadMember.sessionID.name: .string(session),
                PayloadMember.instructions.name: .string(StartAuth.instructions),
            ]))
    }

    /// The token goes to the store and nowhere else: neither into the payload nor into an error.
    func completeAuth(_ operation: CompleteAuth, _ request: OperationRequest) async -> OperationResult {
        let result = await send(operation, for: request).hiding(operation.code)
        guard case .ok(let text, _) = result else { return result }
        let payload = try? text.value()
        guard let token = payload?["token"]?.stringValue, !token.isEmpty else {
            return .failed(
                OperationError(.backendFailed, "\(location.text) took the code and gave no token: begin anew"))
        }
        let username = payload?["user"]?[.username]?.stringValue ?? ""
        do throws(OperationError) {
            try await tokens.save(Secret(token), username: username, for: location)
        } catch {
            return .failed(error)
        }
        return .ok(
            JSONText([
                PayloadMember.isAuthenticated.name: true, PayloadMember.username.name: .string(username),
            ]))
    }

    /// Whatever the backend says, the saved credentials go; but not on behalf of somebody who came with a token of their
    /// own.
    func logout(_ operation: Logout, _ request: OperationRequest) async -> OperationResult {
        let result = await send(operation, for: request)
        guard request.caller.credential == nil else { return result }
        do throws(OperationError) {
            try await tokens.remove()
        } catch {
            return result.error == nil ? .failed(error) : result
        }
        return result
    }
}
