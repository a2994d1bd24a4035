import OperationCatalogue
import Synchronization

/// The callers that the log names: one for each client that this process has heard of, all of one run.
final class Callers: Sendable {
    private let user: String
    private let run = UniqueIdentifier.version7()
    private let known = Mutex<[Caller.Client?: Caller]>([:])

    /// Clients beyond this number are not kept: they name themselves as they like.
    private static let limit = 64

    init(user: String) { self.user = user }

    func caller(for client: Caller.Client?) -> Caller {
        known.withLock { known in
            if let caller = known[client] { return caller }
            let caller = Caller(door: .mcp, user: user, client: client, run: run)
            if known.count < Self.limit { known[client] = caller }
            return caller
        }
    }
}
