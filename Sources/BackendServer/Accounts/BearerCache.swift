import OperationPipeline
import Synchronization

/// Whose tokens were good a moment ago, so that a program that asks many times a second is looked up once. What this process
/// changes about tokens holds at once, what another one does (`deferno serve user`) within a second.
final class BearerCache: Sendable {
    private struct Entry {
        let bearer: Bearer
        /// By the monotonic clock, in nanoseconds.
        let expiry: UInt64
    }

    private struct State {
        var entries: [[UInt8]: Entry] = [:]
        /// Grows with each ``removeAll()``.
        var generation = 0
    }

    private let state = Mutex(State())

    /// In nanoseconds.
    private static let life: UInt64 = 1_000_000_000
    private static let most = 4096

    /// - Parameter hash: of the token.
    subscript(hash: [UInt8]) -> Bearer? {
        state.withLock { state in
            guard let entry = state.entries[hash], entry.expiry > MonotonicClock.now else { return nil }
            return entry.bearer
        }
    }

    /// To be taken before a token is looked up, for ``keep(_:for:since:)``.
    var generation: Int { state.withLock { $0.generation } }

    /// Keeps what was looked up, unless a token was changed since.
    func keep(_ bearer: Bearer, for hash: [UInt8], since generation: Int) {
        let expiry = MonotonicClock.now + Self.life
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= Self.most { state.entries.removeAll() }
            state.entries[hash] = Entry(bearer: bearer, expiry: expiry)
        }
    }

    func removeAll() {
        state.withLock { state in
            state.entries.removeAll()
            state.generation += 1
        }
    }
}
