import NIOCore
import OperationPipeline
import Synchronization

/// Ends exchanges whose time is up, with one timer for all of them: timers of the client for each request would cost a
/// third of the request (see <doc:Exchanges>).
final class ExchangeWatch: Sendable {
    private let state = Mutex(State())

    private struct State {
        var exchanges: [ObjectIdentifier: Exchange] = [:]
        /// When the timer goes off, in nanoseconds of the monotonic clock; the largest number while there is none.
        var armed = UInt64.max
    }

    func add(_ exchange: Exchange, on loop: any EventLoop) {
        let due = exchange.nextLook(at: MonotonicClock.now)
        let isEarlier = state.withLock { state in
            state.exchanges[ObjectIdentifier(exchange)] = exchange
            guard due < state.armed else { return false }
            state.armed = due
            return true
        }
        if isEarlier { arm(due, on: loop) }
    }

    func remove(_ exchange: Exchange) {
        state.withLock { _ = $0.exchanges.removeValue(forKey: ObjectIdentifier(exchange)) }
    }

    private func arm(_ due: UInt64, on loop: any EventLoop) {
        loop.scheduleTask(deadline: .uptimeNanoseconds(due)) { [weak self] in self?.look(on: loop) }
    }

    private func look(on loop: any EventLoop) {
        let now = MonotonicClock.now
        let exchanges = state.withLock { state in
            state.armed = .max
            return Array(state.exchanges.values)
        }
        var next = UInt64.max
        for exchange in exchanges where !exchange.expire(at: now) { next = min(next, exchange.nextLook(at: now)) }
        let isEarlier = state.withLock { state in
            // Meanwhile an exchange may have come that is due before all others.
            guard next < state.armed else { return false }
            state.armed = next
            return true
        }
        if isEarlier { arm(next, on: loop) }
    }
}
