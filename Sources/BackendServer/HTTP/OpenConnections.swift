import NIOCore
import OperationPipeline
import Synchronization

/// One connection: whether anything is under way on it, what its answers hold, and whether its client is still there.
final class OpenConnection: Sendable {
    let channel: any Channel
    /// As it was in the beginning: a channel that is closed knows its address no more. `nil` where no limit holds for it.
    let network: String?
    private let state: Mutex<State>

    private struct State {
        var requestsUnderWay = 0
        /// Since when there has been none, by the monotonic clock.
        var idleSince: UInt64
        var isGone = false
        /// What the answer under way has of what all share.
        var held: [Share] = []
        var handler: (@Sendable () -> Void)?
    }

    init(_ channel: any Channel, network: String?) {
        self.channel = channel
        self.network = network
        state = Mutex(State(idleSince: MonotonicClock.now))
    }

    /// Since when nothing has been under way, by the monotonic clock; `nil` while something is.
    var idleSince: UInt64? {
        state.withLock { $0.isGone || $0.requestsUnderWay > 0 ? nil : $0.idleSince }
    }

    func beginRequest() { state.withLock { $0.requestsUnderWay += 1 } }

    /// Keeps what an answer has until ``endAnswer()``.
    func hold(_ shares: [Share]) {
        state.withLock { state in
            if !state.isGone { state.held += shares }
        }
    }

    /// The answer has been taken.
    func endAnswer() {
        let held = state.withLock { state in
            state.requestsUnderWay -= 1
            state.idleSince = MonotonicClock.now
            defer { state.held = [] }
            return state.held
        }
        withExtendedLifetime(held) {}
    }

    /// The client has gone, or sends nothing more.
    func end(isClosed: Bool) {
        let (handler, held) = state.withLock { state in
            defer { if isClosed { state.held = [] } }
            if isClosed { state.isGone = true }
            return (state.handler.take(), isClosed ? state.held : [])
        }
        withExtendedLifetime(held) {}
        handler?()
    }

    /// Calls `handler` once when the client goes, at once if it has gone: for an answer without an end.
    func onEnd(_ handler: @escaping @Sendable () -> Void) {
        let isGone = state.withLock { state in
            if !state.isGone { state.handler = handler }
            return state.isGone
        }
        if isGone { handler() }
    }
}

/// The connections that are open, and how many there are of each network.
final class OpenConnections: Sendable {
    private let proxies: Set<String>
    private let most: Int
    private let state = Mutex(State())

    private struct State {
        var connections: [ObjectIdentifier: OpenConnection] = [:]
        var counts: [String: Int] = [:]
    }

    /// - Parameters:
    ///   - proxies: the addresses of proxies, behind which there are many others; those of this machine may be such.
    ///   - most: at the same time.
    init(proxies: Set<String>, most: Int) {
        self.proxies = proxies
        self.most = most
    }

    /// - Returns: `nil` where its network has as many as it may have.
    func add(_ channel: any Channel) -> OpenConnection? {
        let address = PeerAddress.plain(channel.remoteAddress?.ipAddress ?? "")
        let isBounded = !PeerAddress.isLoopback(address) && !proxies.contains(address)
        let connection = OpenConnection(channel, network: isBounded ? ClientNetwork.of(address) : nil)
        let (isAdded, spared) = state.withLock { state -> (Bool, OpenConnection?) in
            if let network = connection.network {
                let count = state.counts[network, default: 0]
                guard count < ServerSettings.mostConnectionsOfNetwork else { return (false, nil) }
                state.counts[network] = count + 1
            }
            let isTight = state.connections.count + ServerSettings.spareConnections >= most
            let spared = isTight ? Self.idlest(of: state.connections.values) : nil
            state.connections[ObjectIdentifier(channel)] = connection
            return (true, spared)
        }
        spared?.end(isClosed: true)
        spared?.channel.close(promise: nil)
        return isAdded ? connection : nil
    }

    /// The one on which nothing has been under way for longest.
    private static func idlest(of connections: some Sequence<OpenConnection>) -> OpenConnection? {
        connections.lazy.compactMap { connection in connection.idleSince.map { (connection, $0) } }
            .min { $0.1 < $1.1 }?.0
    }

    func connection(of channel: any Channel) -> OpenConnection? {
        state.withLock { $0.connections[ObjectIdentifier(channel)] }
    }

    func remove(_ connection: OpenConnection) {
        state.withLock { state in
            guard state.connections.removeValue(forKey: ObjectIdentifier(connection.channel)) != nil,
                let network = connection.network
            else { return }
            let left = state.counts[network, default: 1] - 1
            state.counts[network] = left > 0 ? left : nil
        }
    }

    /// Ends all of them, at once.
    func closeAll() {
        for connection in state.withLock({ Array($0.connections.values) }) {
            connection.channel.close(promise: nil)
        }
    }
}
