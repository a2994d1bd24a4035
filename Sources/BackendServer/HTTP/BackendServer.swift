import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
package import OperationCatalogue
package import OperationPipeline
import ServiceLifecycle

/// The API and the pages over HTTP: a door to the pipeline like the others.
package struct BackendServer: Sendable {
    package let settings: ServerSettings
    private let pipeline: Pipeline
    let door = RequestDoor()
    private let served: AccessRecords
    private let connections: OpenConnections
    private let shares = Shares()
    private let api: APIHandler
    private let pages: PageHandler
    private let logger: Logger

    /// - Parameter pipeline: carries out what is asked, until the last answer.
    package init(
        _ settings: ServerSettings, pipeline: Pipeline, accounts: AccountStore, owners: any OwnerRegistry,
        records: any RecordFeed, logger: Logger
    ) {
        self.settings = settings
        self.pipeline = pipeline
        self.logger = logger
        connections = OpenConnections(proxies: settings.proxies, most: settings.connections)
        served = AccessRecords(pipeline.recorder)
        api = APIHandler(
            accounts: accounts, door: door, owners: owners, recorder: pipeline.recorder, shares: shares)
        pages = PageHandler(
            accounts: accounts, door: door, hasher: PasswordHasher(settings.passwords), owners: owners,
            records: records, shares: shares)
    }

    /// Serves until the shutdown begins, and then until every request that has come is answered.
    ///
    /// - Parameter onListening: is told the port.
    /// - Throws: ``OperationError`` with ``ErrorCode/backendUnreachable`` where the address cannot be listened on.
    package func run(until shutdown: Shutdown, onListening: @escaping @Sendable (Int) async -> Void) async throws {
        let carrying = Task { await carryOut() }
        let result: Result<Void, any Error>
        do { result = .success(try await serve(until: shutdown, onListening: onListening)) } catch {
            result = .failure(error)
        }
        await stopCarrying()
        await carrying.value
        try result.get()
    }

    /// Carries out what is asked, until ``stopCarrying()``.
    func carryOut() async { await pipeline.run(door.submissions, until: Shutdown()) }

    /// Every request has been answered by then.
    func stopCarrying() async {
        door.close()
        await served.handOver()
    }

    /// Serves until the shutdown begins and every connection has ended, while ``carryOut()`` is under way.
    func serve(until shutdown: Shutdown, onListening: @escaping @Sendable (Int) async -> Void) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application(onListening)], logger: quiet))
        let registration = shutdown.onBegin { [connections, budget = pipeline.limits.ending] in
            Task {
                await group.triggerGracefulShutdown()
                try? await Task.sleep(for: budget.connections)
                connections.closeAll()
            }
        }
        defer { shutdown.forget(registration) }
        do {
            try await group.run()
        } catch {
            throw OperationError(
                .backendUnreachable, "cannot serve on \(settings.host):\(settings.port): name another --host or --port",
                cause: "\(error)")
        }
    }

    /// What Hummingbird says about itself is of interest only when it is an error.
    private var quiet: Logger {
        var logger = Logger(label: "deferno.http")
        logger.logLevel = .error
        return logger
    }

    private func application(
        _ onListening: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        // What is late is answered so where some of it comes; the guard is for where nothing does.
        let guardedTime = TimeAmount(settings.bodyTime + .seconds(5))
        return Application(
            responder: CallbackResponder<ConnectionContext> { request, context in
                await respond(to: request, in: context)
            },
            server: HTTPServerBuilder { [connections] responder in
                HTTPConnection(responder: responder, connections: connections, bodyTime: guardedTime)
            },
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.connections)),
            onServerRunning: { await onListening($0.localAddress?.port ?? settings.port) },
            logger: quiet
        )
    }

    // MARK: One request

    private func respond(to request: Request, in context: ConnectionContext) async -> Response {
        let begin = MonotonicClock.now
        var web = WebRequest(request, from: context.peer, settings)
        let answer: WebAnswer
        do throws(RequestRefusal) {
            let body = try await body(of: request, as: web, in: context)
            web?.body = body.bytes
            answer = await self.answer(to: web)
            withExtendedLifetime(body) {}
        } catch {
            answer = error.answer(in: Dialect(target: request.uri.path))
        }
        let nanoseconds = MonotonicClock.now &- begin
        await served.add(
            ServedRequest(
                method: request.method.rawValue, path: "/" + (web?.path.joined(separator: "/") ?? ""),
                status: answer.status.code, address: web?.clientAddress ?? PeerAddress.plain(context.peer),
                user: answer.account?.name, agent: request.headers[.userAgent], trace: web?.trace,
                bytes: answer.length, nanoseconds: nanoseconds))
        logger.info(
            "\(request.method.rawValue) \(request.uri.path.prefix(200)) \(answer.status.code)",
            metadata: ["ms": "\(Double(nanoseconds / 1000) / 1000)", "address": "\(context.peer)"])
        let connection = connections.connection(of: context.channel)
        connection?.hold(answer.shares)
        return answer.response(on: connection)
    }

    /// The answer to a request, without a connection: for whoever has the whole of it.
    ///
    /// - Parameter request: `nil` for one whose target is no path, or whose host is none.
    func answer(to request: WebRequest?) async -> WebAnswer {
        guard var request else { return RequestRefusal.malformed.answer(in: .envelope) }
        // HEAD is GET without its body (RFC 9110 section 9.3.2).
        let isHead = request.method == .head
        if isHead { request.method = .get }
        var answer: WebAnswer
        if let known = await api.answer(request) {
            answer = known
        } else if let page = await pages.answer(request) {
            answer = page
        } else {
            answer = request.wantsPage ? .page(.notFound) : Dialect.bare.noEndpoint(request)
        }
        answer = bounded(answer, to: request)
        if isHead {
            answer.headers[.contentLength] = answer.length.map { "\($0)" }
            answer.body = .none
        }
        return answer
    }

    /// The same answer where its reader may have one so large; one to a write is given in any case.
    private func bounded(_ answer: WebAnswer, to request: WebRequest) -> WebAnswer {
        guard let length = answer.length, length > ServerSettings.pieceBytes else { return answer }
        let share = shares.take(
            length, of: .answerBytes, for: answer.account.map { .account($0.id) } ?? request.holder,
            isForced: request.method != .get)
        guard let share else {
            return WebAnswer.tooMuch(of: .answerBytes, to: request).on(behalfOf: answer.account)
        }
        var answer = answer
        answer.shares.append(share)
        return answer
    }

    // MARK: A body

    /// A body, and what it has of what all share.
    private struct Body {
        var bytes: [UInt8] = []
        var share: Share?
    }

    /// Reads the body as it comes. What comes too slowly is noticed when some of it comes, what does not come at all by the
    /// connection's own limit: neither needs a timer for each request.
    ///
    /// - Parameter web: the same request without its body; `nil` for one that is malformed.
    private func body(
        of request: Request, as web: WebRequest?, in context: ConnectionContext
    ) async throws(RequestRefusal) -> Body {
        guard let web else { throw .malformed }
        if let refusal = RequestRefusal(ofHead: request) { throw refusal }
        let length = request.headers[.contentLength].flatMap { Int($0) }
        var body = Body()
        var most = ServerSettings.mostBodyBytesOfStrangers
        if let length, length > most {
            (most, body.share) = try await longBody(of: request, web)
            guard length <= most else { throw .tooLarge }
        }
        body.bytes.reserveCapacity(length ?? 0)
        if length != 0, length != nil || request.headers[.transferEncoding] != nil, request.headers[.expect] != nil {
            // The client waits for this before it sends the body.
            context.channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)), promise: nil)
        }
        let due = ContinuousClock.now.advanced(by: settings.bodyTime)
        var parts = request.body.makeAsyncIterator()
        while let part = try await Self.next(of: &parts) {
            body.bytes += part.readableBytesView
            if body.bytes.count > most, body.share == nil { (most, body.share) = try await longBody(of: request, web) }
            guard body.bytes.count <= most else { throw .tooLarge }
            guard ContinuousClock.now < due else { throw .tooSlow }
        }
        return body
    }

    private static func next(of parts: inout RequestBody.AsyncIterator) async throws(RequestRefusal) -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch {
            throw error is HTTPParserError ? .brokenBody : .tooSlow
        }
    }

    /// How long a body may be that is longer than a stranger's, and its share.
    private func longBody(of request: Request, _ web: WebRequest) async throws(RequestRefusal) -> (Int, Share?) {
        guard let account = await pages.account(of: web) else { throw .tooLarge }
        let most = Endpoint.mostBodyBytes(request.method, target: request.uri.path)
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? most
        guard let share = shares.take(min(length, most), of: .bodyBytes, for: .account(account.id)) else {
            throw .tooMuch(.bodyBytes)
        }
        return (most, share)
    }
}

/// Where a request comes from.
private struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    let peer: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

extension WebRequest {
    /// - Returns: `nil` for a target that is no path, and where there is not exactly one host (RFC 9112 section 3.2).
    fileprivate init?(_ request: Request, from peer: String, _ settings: ServerSettings) {
        guard let host = request.head.authority, request.headers[.host] == nil else { return nil }
        self.init(
            method: request.method, target: request.head.path ?? "", host: host, headers: request.headers, body: [],
            peer: peer, proxies: settings.proxies)
    }
}

extension BackendServer {
    /// The path and query of a setup link.
    package static func setupTarget(_ link: Secret) -> String {
        "\(PagePath.setup.rawValue)?\(FormField.link.rawValue)=\(link.reveal())"
    }
}
