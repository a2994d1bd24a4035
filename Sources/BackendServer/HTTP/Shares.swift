import OperationCatalogue
import Synchronization

/// Who has a share: an account or, where nobody is signed in, a network.
enum ShareHolder: Hashable, Sendable {
    case account(UniqueIdentifier)
    case network(String)
}

/// Sees to it that nobody takes from the others what all share (``SharedResource``).
final class Shares: Sendable {
    private struct Key: Hashable {
        let resource: SharedResource
        let holder: ShareHolder
    }

    private struct State {
        var each: [Key: Int] = [:]
        var all = Array(repeating: 0, count: SharedResource.allCases.count)
    }

    private let state = Mutex(State())

    /// Takes a share until it is let go of. Whoever has none gets one of any size: only more of it can be too much.
    ///
    /// - Parameter isForced: for what cannot be refused any more, such as the answer to a write; it counts all the same.
    /// - Returns: `nil` where it would be too much.
    func take(
        _ amount: Int = 1, of resource: SharedResource, for holder: ShareHolder, isForced: Bool = false
    ) -> Share? {
        let key = Key(resource: resource, holder: holder)
        let isTaken = state.withLock { state in
            let (own, all) = (state.each[key, default: 0], state.all[resource.rawValue])
            let fits =
                (own == 0 || own + amount <= resource.each) && (all == 0 || all + amount <= resource.all)
            guard isForced || fits else { return false }
            state.each[key] = own + amount
            state.all[resource.rawValue] = all + amount
            return true
        }
        return isTaken ? Share { [weak self] in self?.give(amount, key) } : nil
    }

    private func give(_ amount: Int, _ key: Key) {
        state.withLock { state in
            let own = state.each[key, default: 0] - amount
            state.each[key] = own > 0 ? own : nil
            state.all[key.resource.rawValue] -= amount
        }
    }
}

/// Some of what all share. Given back with its last reference.
final class Share: Sendable {
    private let giveBack: @Sendable () -> Void

    init(_ giveBack: @escaping @Sendable () -> Void) { self.giveBack = giveBack }

    deinit { giveBack() }
}
