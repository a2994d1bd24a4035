import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A request as the server got it.
struct ServerRequest: Sendable {
    let method: String
    /// With the query, as it came.
    let target: String
    let headers: HTTPHeaders
    let body: [UInt8]

    /// The target without its query.
    var path: String { String(target.prefix { $0 != "?" }) }
    var token: String? { headers.first(name: "authorization") }
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// What the server does about a request, down to the bytes.
enum ServerReply: Sendable {
    case answer(Int, [(String, String)] = [("content-type", "application/json")], String = "")
    /// These bytes, and then the end of the connection if `closes`.
    case raw(String, closes: Bool = true)
    /// The connection is torn down, with a reset (RST) where the system does that.
    case reset
    /// Nothing at all.
    case silence
    /// A good head, and then one byte of an endless array after the other.
    case drip(every: TimeAmount)
    /// A good head, and then as much as is taken.
    case flood

    static func json(_ status: Int, _ text: String) -> ServerReply {
        .answer(status, [("content-type", "application/json")], text)
    }
}

/// An HTTP server on a free port of this machine that does as its handler says, good or bad.
final class TestServer: Sendable {
    private let channel: any Channel
    private let log: RequestLog
    let port: Int

    var address: String { "http://127.0.0.1:\(port)" }
    /// Everything that was asked, in order.
    var requests: [ServerRequest] { log.requests.withLock { $0 } }

    private init(channel: any Channel, log: RequestLog) {
        self.channel = channel
        self.log = log
        port = channel.localAddress?.port ?? 0
    }

    func stop() async { try? await channel.close() }

    /// - Parameter handler: gets the number of the request, from 1, too.
    static func start(
        tls: NIOSSLContext? = nil, _ handler: @escaping @Sendable (ServerRequest, Int) async -> ServerReply
    ) async throws -> TestServer {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
                    try channel.pipeline.syncOperations.addHandlers([decoder, RequestHandler(log, handler)])
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return TestServer(channel: channel, log: log)
    }

    /// Runs `body` with a server.
    static func with<Result>(
        tls: NIOSSLContext? = nil, _ handler: @escaping @Sendable (ServerRequest, Int) async -> ServerReply,
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let server = try await start(tls: tls, handler)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }
}

private final class RequestLog: Sendable {
    let requests = Mutex<[ServerRequest]>([])

    /// The number of the request, from 1.
    func note(_ request: ServerRequest) -> Int {
        requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
    }
}

private final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let log: RequestLog
    private let handler: @Sendable (ServerRequest, Int) async -> ServerReply
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ log: RequestLog, _ handler: @escaping @Sendable (ServerRequest, Int) async -> ServerReply) {
        self.log = log
        self.handler = handler
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let buffer): body += Array(buffer.readableBytesView)
        case .end:
            guard let head else { return }
            let request = ServerRequest(
                method: head.method.rawValue, target: head.uri, headers: head.headers, body: body)
            let number = log.note(request)
            let channel = context.channel
            Task { [handler] in
                await channel.perform(handler(request, number))
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

extension Channel {
    fileprivate func perform(_ reply: ServerReply) async {
        switch reply {
        case .answer(let status, let headers, let body):
            let lines = headers.map { "\($0): \($1)\r\n" }.joined()
            let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
            let length = status == 204 ? "" : "content-length: \(body.utf8.count)\r\n"
            try? await send("HTTP/1.1 \(status) \(reason)\r\n\(lines)\(length)\r\n\(body)")
        case .raw(let text, let closes):
            try? await send(text)
            if closes { try? await close() }
        case .reset:
            try? await (self as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            try? await close()
        case .silence: break
        case .drip(let pause):
            try? await send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n[")
            while isActive {
                try? await Task.sleep(for: .nanoseconds(pause.nanoseconds))
                guard (try? await send(" ")) != nil else { return }
            }
        case .flood:
            try? await send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
            let chunk = "10000\r\n" + String(repeating: " ", count: 65_536) + "\r\n"
            while isActive {
                guard (try? await send(chunk)) != nil else { return }
            }
        }
    }

    private func send(_ text: String) async throws {
        try await writeAndFlush(ByteBuffer(string: text)).get()
    }
}
