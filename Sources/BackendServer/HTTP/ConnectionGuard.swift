import NIOCore
import NIOHTTP1

/// Keeps HTTP/1's rules of the connection (RFC 9112 section 9), and sees to it that none is held for ever by whoever is at its
/// other end: one that was told that it ends does end, one that is not read from is given up, and so is one whose request does
/// not come to its end.
///
/// It stands before the version of a message is forgotten: what comes after it knows only HTTP/1.1.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let connections: OpenConnections
    private let bodyTime: TimeAmount
    private var connection: OpenConnection?
    private var requestTimer: Scheduled<Void>?
    private var writingTimer: Scheduled<Void>?
    /// Heads of requests that have come, and answers that have gone.
    private var (requests, answers) = (0, 0)
    /// The request that ends the connection, by its number from 1, and its version.
    private var last: (request: Int, version: HTTPVersion)?
    /// Whether the answer under way is the last one.
    private var isLast = false
    /// Whether nothing that comes concerns anybody any more.
    private var isOver = false
    /// Whether an answer has been written that waits to be taken.
    private var isBacklogged = false

    /// How long the other end has to read the last answer, and to end the connection itself.
    private static let lingering: TimeAmount = .seconds(1)

    /// - Parameter bodyTime: for a request to come whole once its head has.
    init(_ connections: OpenConnections, bodyTime: TimeAmount) {
        self.connections = connections
        self.bodyTime = bodyTime
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connection = connections.add(context.channel)
        if connection == nil { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        requestTimer?.cancel()
        writingTimer?.cancel()
        if let connection {
            connections.remove(connection)
            connection.end(isClosed: true)
        }
        context.fireChannelInactive()
    }

    // MARK: What comes

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            requests += 1
            requestTimer = close(context.channel, in: bodyTime)
            connection?.beginRequest()
            context.fireChannelRead(wrapInboundOut(.head(understood(head, at: context.localAddress))))
            return
        case .body: break
        case .end:
            requestTimer?.cancel()
            // Whoever says that a request is the last one has nothing to say behind it.
            if last != nil { isOver = true }
        }
        context.fireChannelRead(data)
    }

    /// A head as one of HTTP/1.1.
    private func understood(_ head: HTTPRequestHead, at address: SocketAddress?) -> HTTPRequestHead {
        var head = head
        if head.version.minor == 0 {
            // An older client can name no host, and knows no interim answers (RFC 9110 section 10.1.1).
            if !head.headers.contains(name: "host") { head.headers.add(name: "host", value: Self.host(at: address)) }
            head.headers.remove(name: "expect")
        }
        if head.version.minor == 0 || !head.isKeepAlive {
            last = (requests, head.version)
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        return head
    }

    /// What a host is called that nobody has called anything: by its address.
    private static func host(at address: SocketAddress?) -> String {
        guard let address, let ip = address.ipAddress else { return "localhost" }
        return (ip.contains(":") ? "[\(ip)]" : ip) + (address.port.map { ":\($0)" } ?? "")
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { connection?.end(isClosed: false) }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: What goes

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            answers += 1
            if let last, last.request == answers {
                head.version = last.version
                head.headers.replaceOrAdd(name: "connection", value: "close")
            }
            isLast = head.headers.first(name: "connection")?.lowercased() == "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
            return
        case .head, .body: break
        case .end:
            context.write(data, promise: promise)
            endAnswer(context.channel)
            return
        }
        context.write(data, promise: promise)
    }

    private func endAnswer(_ channel: any Channel) {
        isBacklogged = !channel.isWritable
        if !isBacklogged { connection?.endAnswer() }
        guard isLast else { return }
        isOver = true
        requestTimer?.cancel()
        _ = close(channel, in: Self.lingering)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writingTimer?.cancel()
        let isWritable = context.channel.isWritable
        writingTimer = isWritable ? nil : close(context.channel, in: .seconds(ServerSettings.stalledSeconds))
        if isWritable, isBacklogged {
            isBacklogged = false
            connection?.endAnswer()
        }
        context.fireChannelWritabilityChanged()
    }

    private func close(_ channel: any Channel, in time: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
