import OperationCatalogue
import Synchronization

/// Tells clients that asked for it how far their requests are, at the beginning and once a second (MCP, basic, "Progress").
final class ProgressTicker: Sendable {
    private let sink: any MessageSink
    private let deadline: Duration
    private let state = Mutex(State())

    private struct State {
        var exchanges: [Exchange] = []
        var isTicking = false
    }

    init(sink: any MessageSink, deadline: Duration) {
        (self.sink, self.deadline) = (sink, deadline)
    }

    func begin(_ exchange: Exchange) {
        let mustStart = state.withLock { state in
            state.exchanges.append(exchange)
            tell(exchange, 0)
            defer { state.isTicking = true }
            return !state.isTicking
        }
        if mustStart { Task { await tick() } }
    }

    /// After this nothing more is told of the request.
    func end(_ exchange: Exchange) {
        guard exchange.progressToken != nil else { return }
        state.withLock { state in state.exchanges.removeAll { $0 === exchange } }
    }

    private func tick() async {
        var goesOn = true
        while goesOn {
            try? await Task.sleep(for: .seconds(1))
            // Told under the lock, so that nothing follows the reply.
            goesOn = state.withLock { state in
                // A client that does not read is not told more and more.
                let isRead = sink.backlog <= ReplyPacing.backlogLimit
                for exchange in state.exchanges where isRead { tell(exchange, exchange.progress(deadline: deadline)) }
                state.isTicking = !state.exchanges.isEmpty
                return state.isTicking
            }
            sink.beginWriting()
        }
    }

    private func tell(_ exchange: Exchange, _ progress: Double) {
        guard let token = exchange.progressToken else { return }
        var line = MessageWriting.notification("notifications/progress") { writer in
            writer.key("progressToken")
            writer.raw(token)
            writer.key("progress")
            writer.number(progress)
            writer.key("total")
            writer.integer(exchange.calls.count)
            writer.key("message")
            let names = exchange.calls.map { $0.name.cut }.joined(separator: ", ")
            writer.string(exchange.seconds == 0 ? names : "\(names): under way for \(exchange.seconds) s")
        }
        line.append(UInt8(ascii: "\n"))
        sink.append(line)
    }
}
