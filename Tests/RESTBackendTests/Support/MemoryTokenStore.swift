import OperationCatalogue
import RESTBackend
import Synchronization

/// A token store that keeps everything in memory and remembers what was asked of it.
final class MemoryTokenStore: TokenStore {
    struct State: Sendable {
        var token: String?
        var username: String?
        var address: HTTPAddress?
        var removals = 0
        var failure: OperationError?
    }

    private let content: Mutex<State>
    var state: State { content.withLock { $0 } }

    init(_ token: String? = "secret-token", failure: OperationError? = nil) {
        content = Mutex(State(token: token, failure: failure))
    }

    func token() throws(OperationError) -> Secret? { state.token.map { Secret($0) } }

    func save(_ token: Secret, username: String, for address: HTTPAddress) throws(OperationError) {
        if let failure = state.failure { throw failure }
        content.withLock {
            $0.token = token.reveal()
            $0.username = username
            $0.address = address
        }
    }

    func remove() throws(OperationError) {
        if let failure = state.failure { throw failure }
        content.withLock {
            $0.token = nil
            $0.removals += 1
        }
    }
}
