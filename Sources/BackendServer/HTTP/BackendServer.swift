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
        served = AccessRecords(pipeline.recorder)
        api = APIHandler(accounts: accounts, door: door, owners: owners)
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
        served.handOver()
        try result.get()
    }

    /// Carries out what is asked, until ``stopCarrying()``.
    func carryOut() async { await pipeline.run(door.submissions) }

    func stopCarrying() { door.close() }

    /// Serves until the shutdown begins and every connection has ended, while ``carryOut()`` is under way.
    func serve(until shutdown: Shutdown, onListening: @escaping @Sendable (Int) async -> Void) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [application(onListening)], logger: quiet))
        let registration = shutdown.onBegin { Task { await group.triggerGracefulShutdown() } }
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
            web = WebRequest(request, body: bytes, from: peer)
            if let web { answer = await self.answer(to: web) } else { answer = WebAnswer(status: .badRequest) }
        case .failure(let refusal):
            web = WebRequest(request, body: [], from: peer)
            answer = refusal.answer
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
        return answer.secured.response
    }

    /// The answer to a request, without a connection: for whoever has the whole of it.
    func answer(to request: WebRequest) async -> WebAnswer {
        if let answer = await api.answer(request) { return answer }
        return await pages.answer(request) ?? .page(.notFound)
    }

    /// Reads the body as it comes. What comes too slowly is noticed when some of it comes, what does not come at all by the
    /// connection's own limit: neither needs a timer for each request.
    private func body(of request: Request) async -> Result<[UInt8], BodyRefusal> {
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        let most = Endpoint.mostBodyBytes(request.method, target: request.uri.path)
        guard length <= most else { return .failure(.tooLarge) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        let due = ContinuousClock.now.advanced(by: settings.bodyTime)
        do {
            for try await part in request.body {
                bytes += part.readableBytesView
                guard bytes.count <= most else { return .failure(.tooLarge) }
                guard ContinuousClock.now < due else { return .failure(.tooSlow) }
            }
        } catch {
            return .failure(.tooSlow)
        }
        return .success(bytes)
    }
}

/// Why a body is not read to its end.
private enum BodyRefusal: Error {
    case tooLarge, tooSlow

    /// The connection ends with it, since the rest of the body may still come.
    var answer: WebAnswer {
        WebAnswer(status: self == .tooLarge ? .contentTooLarge : .requestTimeout, headers: [.connection: "close"])
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
    fileprivate init?(_ request: Request, body: [UInt8], from peer: String) {
        self.init(
            method: request.method, target: request.head.path ?? "", host: request.head.authority,
            headers: request.headers, body: body, peer: peer)
    }
}

extension WebAnswer {
    fileprivate var response: Response {
        switch body {
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
