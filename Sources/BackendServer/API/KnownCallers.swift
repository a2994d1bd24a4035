import OperationCatalogue
import Synchronization

/// Who asks, for the log: the account, and the program as it names itself. One object, and so one `run`, for each that comes
/// again and again.
final class KnownCallers: Sendable {
    private struct Name: Hashable {
        let account: UniqueIdentifier
        let agent: String?
    }

    private let callers = Mutex<[Name: Caller]>([:])

    private static let most = 1024

    /// - Parameter agent: as the program has it (`User-Agent`, RFC 9110 section 10.1.5).
    func caller(for account: Account, _ agent: String?) -> Caller {
        let name = Name(account: account.id, agent: agent)
        return callers.withLock { callers in
            if let known = callers[name] { return known }
            if callers.count >= Self.most { callers.removeAll() }
            let caller = Caller(
                door: .http, user: account.name, client: agent.flatMap { Caller.Client(agent: $0) }, owner: account.id)
            callers[name] = caller
            return caller
        }
    }
}

extension Caller.Client {
    /// The first product of a `User-Agent`.
    fileprivate init?(agent: String) {
        guard let product = agent.split(separator: " ").first else { return nil }
        let parts = product.split(separator: "/", maxSplits: 1)
        guard let name = parts.first else { return nil }
        self.init(name: String(name.prefix(100)), version: parts.count > 1 ? String(parts[1].prefix(50)) : "")
    }
}
