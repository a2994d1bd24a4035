import OperationCatalogue
import RESTBackend
import Synchronization

/// A token store in memory.
final class SavedToken: TokenStore {
    private let saved = Mutex<Secret?>(nil)

    func token() throws(OperationError) -> Secret? { saved.withLock { $0 } }

    func save(_ token: Secret, username: String, for address: HTTPAddress) throws(OperationError) {
        saved.withLock { $0 = token }
    }

    func remove() throws(OperationError) { saved.withLock { $0 = nil } }
}
