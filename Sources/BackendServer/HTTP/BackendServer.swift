import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import OperationCatalogue
package import OperationPipeline
import ServiceLifecycle

/// The API and the pages over HTTP: a door to the pipeline like the others.
package struct BackendServer: Sendable {
    package let settings: ServerSettings
    private let pipeline: Pipeline
    private let door = OperationDoor()
    private let served: AccessRecords
    private let connections: OpenConnections
    private let api: APIHandler
    private let pages: PageHandler
    private let logger: Logger

    /// - Parameter pipeline: its shutdown must be its own: it ends after the last answer.
    package init(
        _ settings: ServerSettings, pipeline: Pipeline, accounts: AccountStore, owners: any OwnerRegistry,
        records: any RecordFeed, logger: Logger
    ) {
        self.settings = settings
        self.pipeline = pipeline
        self.logger = logger
        connections = OpenConnections(proxies: settings.proxies)
        served = AccessRecords(pipeline.recorder)
        api = APIHandler(accounts: accounts, door: door, owners: owners, recorder: pipeline.recorder)
        pages = PageHandler(
            accounts: accounts, door: door, hasher: PasswordHasher(settings.passwords), owners: owners,
            records: records)
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
        stopCarrying()
        await carrying.value
        try result.get()
    }

    /// Carries out what is asked, until ``stopCarrying()``.
    func carryOut() async { await pipeline.run(door.submissions) }

    /// Every request has been answered by then.
    func stopCarrying() {
        door.close()
        served.handOver()
    }

    /// Serves until the shutdown begins and every connection has ended, while ``carryOut()`` is under way.
    func serve(until shutdown: Shutdown, onListening: @escaping @Sendable (Int) async -> Void) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application(onListening)], logger: quiet))
        let registration = shutdown.onBegin { [connections] in
            Task {
                await group.triggerGracefulShutdown()
                try? await Task.sleep(for: ServerSettings.drainTime)
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
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderListSize = ServerSettings.mostHeaderBytes
        decoder.maxHeaderFieldSize = ServerSettings.mostHeaderBytes
        decoder.maxHeaderFieldCount = 100
        return Application(
            responder: CallbackResponder<ConnectionContext> { request, context in
                await respond(to: request, from: context.peer)
            },
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionGuard(connections, bodyTime: guardedTime)],
                    idleTimeout: .seconds(ServerSettings.idleSeconds), httpDecoderConfiguration: decoder)),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(ServerSettings.mostConnections)),
            onServerRunning: { await onListening($0.localAddress?.port ?? settings.port) },
            logger: quiet
        )
    }

    // MARK: One request

    private func respond(to request: Request, from peer: String) async -> Response {
        let begin = MonotonicClock.now
        let web: WebRequest?
        let answer: WebAnswer
        switch await body(of: request) {
        case .success(let bytes):
            web = WebRequest(request, body: bytes, from: peer, settings)
            answer = await self.answer(to: web)
        case .failure(let refusal):
            web = WebRequest(request, body: [], from: peer, settings)
            answer = refusal.answer(asEnvelope: request.uri.path.hasPrefix("/\(Dialect.envelopePath)/"))
        }
        let nanoseconds = MonotonicClock.now &- begin
        served.add(
            ServedRequest(
                method: request.method.rawValue, path: "/" + (web?.path.joined(separator: "/") ?? ""),
                status: answer.status.code, address: web?.clientAddress ?? peer, user: answer.user,
                agent: request.headers[.userAgent], trace: web?.trace, bytes: answer.length, nanoseconds: nanoseconds))
        logger.info(
            "\(request.method.rawValue) \(request.uri.path.prefix(200)) \(answer.status.code)",
            metadata: ["ms": "\(Double(nanoseconds / 1000) / 1000)", "address": "\(peer)"])
        return answer.response
    }

    /// The answer to a request, without a connection: for whoever has the whole of it.
    ///
    /// - Parameter request: `nil` for one whose target is no path, or whose host is none.
    func answer(to request: WebRequest?) async -> WebAnswer {
        guard var request else { return BodyRefusal.malformed.answer(asEnvelope: true) }
        // HEAD is GET without its body (RFC 9110 section 9.3.2).
        let isHead = request.method == .head
        if isHead { request.method = .get }
        var answer: WebAnswer
        if let known = await api.answer(request) {
            answer = known
        } else {
            answer = await pages.answer(request) ?? .page(.notFound)
        }
        if isHead {
            answer.headers[.contentLength] = answer.length.map { "\($0)" }
            answer.body = .none
        }
        return answer
    }

    /// The longest body that whoever asks may send: only of somebody who is known it is more than a form.
    private func mostBodyBytes(of request: Request) async -> Int {
        guard let stranger = WebRequest(request, body: [], from: "", settings), await pages.knows(stranger) else {
            return ServerSettings.mostBodyBytesOfStrangers
        }
        return Endpoint.mostBodyBytes(request.method, target: request.uri.path)
    }

    /// Reads the body as it comes. What comes too slowly is noticed when some of it comes, what does not come at all by the
    /// connection's own limit: neither needs a timer for each request.
    private func body(of request: Request) async -> Result<[UInt8], BodyRefusal> {
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        var most = ServerSettings.mostBodyBytesOfStrangers
        if length > most { most = await mostBodyBytes(of: request) }
        guard length <= most else { return .failure(.tooLarge) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        let due = ContinuousClock.now.advanced(by: settings.bodyTime)
        do {
            for try await part in request.body {
                bytes += part.readableBytesView
                if bytes.count > most, most == ServerSettings.mostBodyBytesOfStrangers {
                    most = await mostBodyBytes(of: request)
                }
                guard bytes.count <= most else { return .failure(.tooLarge) }
                guard ContinuousClock.now < due else { return .failure(.tooSlow) }
            }
        } catch {
            return .failure(.tooSlow)
        }
        return .success(bytes)
    }
}

/// Why a request is not read to its end.
private enum BodyRefusal: Error {
    case tooLarge, tooSlow, malformed

    private var status: HTTPResponse.Status {
        switch self {
        case .tooLarge: .contentTooLarge
        case .tooSlow: .requestTimeout
        case .malformed: .badRequest
        }
    }

    private var error: OperationError {
        switch self {
        case .tooLarge:
            OperationError(.invalidRequest, "the body is too long, or too long for somebody who is not signed in")
        case .tooSlow: OperationError(.invalidRequest, "the body came too slowly")
        case .malformed: OperationError(.invalidRequest, "the request has no target or no host that could be one")
        }
    }

    /// The connection ends with it, since the rest of the body may still come.
    func answer(asEnvelope isEnvelope: Bool) -> WebAnswer {
        var answer = (isEnvelope ? Dialect.envelope : .bare).failure(error)
        answer.status = status
        answer.headers[.connection] = "close"
        return answer
    }
}

/// Where a request comes from.
private struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peer: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

extension WebRequest {
    /// - Returns: `nil` for a target that is no path.
    fileprivate init?(_ request: Request, body: [UInt8], from peer: String, _ settings: ServerSettings) {
        self.init(
            method: request.method, target: request.head.path ?? "", host: request.head.authority,
            headers: request.headers, body: body, peer: peer, proxies: settings.proxies)
    }
}

extension WebAnswer {
    fileprivate var response: Response {
        switch body {
        case .none:
            return Response(status: status, headers: headers)
        case .bytes(let bytes):
            return Response(
                status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .events(let events):
            return Response(
                status: status, headers: headers,
                body: ResponseBody { writer in
                    for await event in events { try await writer.write(ByteBuffer(string: event)) }
                    try await writer.finish(nil)
                })
        }
    }
}

extension BackendServer {
    /// The path and query of a setup link.
    package static func setupTarget(_ link: Secret) -> String {
        "\(PagePath.setup.rawValue)?\(FormField.link.rawValue)=\(link.reveal())"
    }
}
