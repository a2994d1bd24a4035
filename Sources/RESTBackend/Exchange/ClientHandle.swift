import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import OperationCatalogue
import Synchronization

/// The HTTP client of a backend: made when it is first needed, let go of once.
final class ClientHandle: Sendable {
    let route: Route
    private let settings: RESTSettings
    private let state = Mutex(State.idle)
    /// Requests that are being handed to the client at this moment: it must not be shut down meanwhile.
    private let starts = Atomic<Int>(0)
    private let watch = ExchangeWatch()

    /// How long connections have to be closed in good order.
    private static let patience: TimeAmount = .milliseconds(200)

    private enum State: Sendable {
        case idle
        case open(HTTPClient, MultiThreadedEventLoopGroup, any EventLoop)
        case closed
    }

    init(_ settings: RESTSettings, route: Route) {
        self.route = route
        self.settings = settings
    }

    /// Carries out an exchange.
    func run(_ request: HTTPClient.Request, limits: Exchange.Limits) async -> Exchange.End {
        let exchange = Exchange(limits: limits)
        let end = await exchange.run { start($0, request) }
        watch.remove(exchange)
        return end
    }

    /// Hands an exchange to the client; `nil` when it has been closed.
    private func start(_ exchange: Exchange, _ request: HTTPClient.Request) -> HTTPClient.Task<Void>? {
        starts.add(1, ordering: .sequentiallyConsistent)
        defer { starts.subtract(1, ordering: .sequentiallyConsistent) }
        guard let (client, loop) = client() else { return nil }
        watch.add(exchange, on: loop)
        return client.execute(request: request, delegate: exchange)
    }

    private func client() -> (HTTPClient, any EventLoop)? {
        state.withLock { state in
            switch state {
            case .open(let client, _, let loop): return (client, loop)
            case .closed: return nil
            case .idle:
                let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
                let client = HTTPClient(
                    eventLoopGroupProvider: .shared(group),
                    configuration: HTTPClient.Configuration(settings, route)
                )
                let loop = group.next()
                state = .open(client, group, loop)
                return (client, loop)
            }
        }
    }

    /// Ends every exchange that is under way and lets go of the connections.
    func close() async {
        let old = state.withLock { state in
            defer { state = .closed }
            return state
        }
        guard case .open(let client, let group, let loop) = old else { return }
        while starts.load(ordering: .sequentiallyConsistent) > 0 { await Task.yield() }
        // What could go wrong on the way out concerns nobody any more, nor who does not say good-bye (TLS close_notify).
        let goodbye = OneTimeSignal()
        client.shutdown().whenComplete { _ in goodbye.give() }
        loop.scheduleTask(in: Self.patience) { goodbye.give() }
        await goodbye.wait()
        group.shutdownGracefully { _ in }
    }

    deinit {
        // Nobody called close: the client insists on being shut down.
        let state = state.withLock { $0 }
        guard case .open(let client, let group, _) = state else { return }
        client.shutdown().whenComplete { _ in group.shutdownGracefully { _ in } }
    }
}

extension HTTPClient.Configuration {
    init(_ settings: RESTSettings, _ route: Route) {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = settings.trustRootsFile { tls.trustRoots = .file(file) }
        self.init(
            // Also for a backend of http://, which may lead to one of https:// on the same host.
            tlsConfiguration: tls,
            // A redirect is followed by this room itself, which knows where the token may go.
            redirectConfiguration: .disallow,
            // What happens after that is timed by ExchangeWatch.
            timeout: Timeout(connect: TimeAmount(settings.connectTimeout)),
            connectionPool: ConnectionPool(
                // Below what servers keep idle connections for, so that a request seldom meets one that is being closed.
                idleTimeout: .seconds(30),
                concurrentHTTP1ConnectionsPerHostSoftLimit: settings.maximumConnections
            ),
            proxy: Proxy(route),
            ignoreUncleanSSLShutdown: false,
            decompression: .disabled
        )
        // Tries are counted, and told of, in one place: RequestProgress.
        connectionPool.retryConnectionEstablishment = false
        // Nobody here makes spans; to find that out costs each request a few microseconds.
        tracing.tracer = nil
        http1_1ConnectionDebugInitializer = { channel in
            let isGuarded = StatusGuard.install(inConnection: channel)
            return route.isPlain ? isGuarded.flatMap { AbsoluteForm.install(inConnection: channel) } : isGuarded
        }
        http2StreamChannelDebugInitializer = { StatusGuard.install(inStream: $0) }
    }
}

extension HTTPClient.Configuration.Proxy {
    fileprivate init?(_ route: Route) {
        guard case .tunnel(let proxy) = route else { return nil }
        switch proxy.kind {
        case .socks: self = .socksServer(host: proxy.host, port: proxy.port)
        case .http:
            let authorization = proxy.user.map {
                HTTPClient.Authorization.basic(username: $0, password: proxy.password?.reveal() ?? "")
            }
            self = .server(host: proxy.host, port: proxy.port, authorization: authorization)
        }
    }
}

/// Something that happens once, as often as it is said.
private final class OneTimeSignal: Sendable {
    private let state = Mutex(State.open)

    private enum State {
        case open
        case waiting(CheckedContinuation<Void, Never>)
        case given
    }

    func give() {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .given }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }

    /// For one caller.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isGiven = state.withLock { state in
                if case .given = state { return true }
                state = .waiting(continuation)
                return false
            }
            if isGiven { continuation.resume() }
        }
    }
}
