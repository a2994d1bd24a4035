import Synchronization

/// The replies to one array of messages, which go back as one array (MCP 2025-03-26, basic, "Batching").
final class ReplyGroup: Sendable {
    private let state: Mutex<State>
    private let send: @Sendable ([UInt8]) -> Void

    private struct State {
        var missing: Int
        var replies: [[UInt8]] = []
    }

    /// - Parameters:
    ///   - count: how many of the messages ask for a reply.
    ///   - send: called once, with the array, unless all requests were taken back.
    init(of count: Int, send: @escaping @Sendable ([UInt8]) -> Void) {
        state = Mutex(State(missing: count))
        self.send = send
    }

    /// Takes the reply to one message; `nil` where there is none, since its request was taken back.
    func add(_ reply: [UInt8]?) {
        let replies: [[UInt8]]? = state.withLock { state in
            if let reply { state.replies.append(reply) }
            state.missing -= 1
            return state.missing == 0 && !state.replies.isEmpty ? state.replies : nil
        }
        guard let replies else { return }
        var line: [UInt8] = [UInt8(ascii: "[")]
        line.reserveCapacity(replies.reduce(2) { $0 + $1.count + 1 })
        for reply in replies {
            if line.count > 1 { line.append(UInt8(ascii: ",")) }
            line += reply
        }
        line.append(UInt8(ascii: "]"))
        send(line)
    }
}
