import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Sees to it that no connection is held for ever by whoever is at its other end: one that was told that it ends does end, one
/// that is not read from is given up, and so is one whose request does not come to its end.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: OpenConnections
    private let bodyTime: TimeAmount
    private var requestTimer: Scheduled<Void>?
    private var writingTimer: Scheduled<Void>?
    /// Whether the answer under way is the last one.
    private var isLast = false
    /// Whether nothing that comes concerns anybody any more.
    private var isOver = false

    /// An answer that is not taken for so long is not waited for.
    private static let writingTime: TimeAmount = .seconds(30)
    /// How long the other end has to read the last answer, and to end the connection itself.
    private static let lingering: TimeAmount = .seconds(1)

    /// - Parameter bodyTime: for a request to come whole once its head has.
    init(_ connections: OpenConnections, bodyTime: TimeAmount) {
        self.connections = connections
        self.bodyTime = bodyTime
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if !connections.add(context.channel) { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        requestTimer?.cancel()
        writingTimer?.cancel()
        connections.remove(context.channel)
        context.fireChannelInactive()
    }

    // MARK: What comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head: requestTimer = close(context.channel, in: bodyTime)
        case .body: break
        case .end: requestTimer?.cancel()
        }
        context.fireChannelRead(data)
    }

    // MARK: What goes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): isLast = head.headerFields[.connection]?.lowercased() == "close"
        case .body: break
        case .end where isLast:
            isOver = true
            requestTimer?.cancel()
            _ = close(context.channel, in: Self.lingering)
        case .end: break
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writingTimer?.cancel()
        writingTimer = context.channel.isWritable ? nil : close(context.channel, in: Self.writingTime)
        context.fireChannelWritabilityChanged()
    }

    private func close(_ channel: any Channel, in time: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}

/// The connections that are open, and how many there are of each address.
final class OpenConnections: Sendable {
    private let proxies: Set<String>
    private let state = Mutex(State())

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var counts: [String: Int] = [:]
    }

    private struct Entry {
        let channel: any Channel
        /// As it was in the beginning: a channel that is closed knows it no more.
        let address: String
    }

    /// - Parameter proxies: the addresses of proxies, behind which there are many others; those of this machine may be such.
    init(proxies: Set<String>) { self.proxies = proxies }

    /// - Returns: `false` where its address has as many as it may have.
    func add(_ channel: any Channel) -> Bool {
        let address = PeerAddress.plain(channel.remoteAddress?.ipAddress ?? "")
        let isBounded = !PeerAddress.isLoopback(address) && !proxies.contains(address)
        return state.withLock { state in
            let count = state.counts[address, default: 0]
            guard !isBounded || count < ServerSettings.mostConnectionsOfAddress else { return false }
            state.entries[ObjectIdentifier(channel)] = Entry(channel: channel, address: address)
            state.counts[address] = count + 1
            return true
        }
    }

    func remove(_ channel: any Channel) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: ObjectIdentifier(channel)) else { return }
            let left = state.counts[entry.address, default: 1] - 1
            state.counts[entry.address] = left > 0 ? left : nil
        }
    }

    /// Ends all of them, at once.
    func closeAll() {
        for entry in state.withLock({ Array($0.entries.values) }) { entry.channel.close(promise: nil) }
    }
}

/// The address at the other end of a connection, as a text.
enum PeerAddress {
    /// An IPv4 address that came in by a socket of IPv6 is `::ffff:192.0.2.7` there.
    static func plain(_ text: String) -> String {
        text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }

    static func isLoopback(_ text: String) -> Bool { text.hasPrefix("127.") || text == "::1" }
}
