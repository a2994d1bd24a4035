import OperationCatalogue
import OperationPipeline
import Synchronization

/// Sign-in by an address that the client shows to its user.
extension Methods {
    /// The name of the one question in an `InputRequiredResult`.
    private static let question = "sign_in"

    /// What `start_auth` ends with where the client can show an address to its user: in the era with a handshake a
    /// question of the server (MCP 2025-11-25, client/elicitation), in the stateless one a result that asks for input (MCP
    /// 2026-07-28, basic/patterns/mrtr). `nil` where it cannot, or where there is nothing to sign in to.
    func signIn(_ payload: JSONText, in context: RequestContext) -> Ending? {
        let definition = StartAuth.definition
        guard context.capabilities.elicitsURLs, let value = try? payload.value(),
            let url = value[.authURL]?.stringValue,
            let id = value[.sessionID]?.stringValue
        else { return nil }
        let message = "Sign in to Deferno in your browser. You will see a short code there: give it to the assistant."
        if context.version.isStateless {
            let params: JSONValue = ["mode": "url", "url": .string(url), "message": .string(message)]
            let requests: JSONValue = [Self.question: ["method": "elicitation/create", "params": params]]
            return .result(
                ResultBody(
                    isComplete: false,
                    members: ["inputRequests": requests, "requestState": .string(signIns.keep(payload))]))
        }
        guard context.version >= .november2025 else { return nil }
        return .elicitation(
            URLElicitation(
                id: id,
                url: url,
                message: message,
                accepted: toolResult(.ok(payload.afterOpening), of: definition, context.version),
                otherwise: toolResult(.ok(payload), of: definition, context.version)
            )
        )
    }

    /// The result of a `start_auth` that comes again with the user's answer; the backend is not asked again. `nil` where
    /// it is a first one, or its `requestState` is none of this process or too old: then it is carried out anew.
    func resumedSignIn(_ name: String, _ params: JSONObject, in context: RequestContext) -> ResultBody? {
        guard context.version.isStateless, name == StartAuth.definition.name, offer.offersTool(name),
            let action = params["inputResponses"]?[Self.question]?["action"]?.stringValue,
            let state = params["requestState"]?.stringValue, let payload = signIns.payload(for: state)
        else { return nil }
        let result: OperationResult = .ok(action == "accept" ? payload.afterOpening : payload)
        return toolResult(result, of: StartAuth.definition, context.version)
    }
}

/// The sign-ins that were begun and that clients have to come back with, under names that nobody can guess.
final class BegunSignIns: Sendable {
    private let payloads = Mutex<[(name: String, payload: JSONText, end: UInt64)]>([])

    /// How many are kept, and for how many seconds: as long as the backend keeps them.
    private static let limit = 64
    private static let lifetime: UInt64 = 600

    /// Keeps the payload of a `start_auth`, and names it.
    func keep(_ payload: JSONText) -> String {
        // From the system's generator, which is a cryptographic one.
        let name = UniqueIdentifier(high: .random(in: .min ... .max), low: .random(in: .min ... .max)).description
        let end = MonotonicClock.now + Self.lifetime * 1_000_000_000
        payloads.withLock { payloads in
            if payloads.count >= Self.limit { payloads.removeFirst() }
            payloads.append((name, payload, end))
        }
        return name
    }

    func payload(for name: String) -> JSONText? {
        let now = MonotonicClock.now
        return payloads.withLock { payloads in payloads.first { $0.name == name && $0.end > now }?.payload }
    }
}

/// Who has signed in through this process, as far as is known.
final class SignedInAccount: Sendable {
    private let known = Mutex<String?>(nil)

    /// Empty where the backend told no name.
    var name: String? { known.withLock { $0 } }

    /// Takes note of how an operation ended. A code that is refused says nothing of whoever is signed in.
    func note(_ result: OperationResult, of definition: OperationDefinition) {
        switch (result, definition.session) {
        case (.ok(let payload, _), .completes):
            let name = (try? payload.value())?[.username]?.stringValue ?? ""
            known.withLock { $0 = name }
        case (.ok, .ends): known.withLock { $0 = nil }
        case (_, .completes): return
        default: if result.error?.status == 401 { known.withLock { $0 = nil } }
        }
    }
}

extension JSONText {
    /// The payload of `start_auth` for a model whose user has the page open already.
    fileprivate var afterOpening: JSONText {
        guard case .object(var object)? = try? value() else { return self }
        object[.instructions] = .string(StartAuth.instructionsAfterOpening)
        return JSONText(.object(object))
    }
}
