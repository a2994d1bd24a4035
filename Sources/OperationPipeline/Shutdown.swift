import Synchronization

/// The signal to stop: accept nothing more, finish what is under way.
package final class Shutdown: Sendable {
    private let state = Mutex(State())

    private struct State {
        var hasBegun = false
        var nextRegistration = 0
        var handlers: [Int: @Sendable () -> Void] = [:]
    }

    package init() {}

    package var hasBegun: Bool { state.withLock { $0.hasBegun } }

    /// Begins it; later calls change nothing.
    package func begin() {
        let handlers = state.withLock { state in
            state.hasBegun = true
            defer { state.handlers = [:] }
            return state.handlers.values.map { $0 }
        }
        for handler in handlers { handler() }
    }

    /// Calls `handler` once when the shutdown begins, at once if it has begun already.
    @discardableResult
    package func onBegin(_ handler: @escaping @Sendable () -> Void) -> Registration {
        let registration: Int? = state.withLock { state in
            if state.hasBegun { return nil }
            state.nextRegistration += 1
            state.handlers[state.nextRegistration] = handler
            return state.nextRegistration
        }
        if registration == nil { handler() }
        return Registration(number: registration ?? 0)
    }

    /// Takes a handler back.
    package func forget(_ registration: Registration) {
        _ = state.withLock { $0.handlers.removeValue(forKey: registration.number) }
    }

    package struct Registration: Sendable {
        let number: Int
    }
}
