import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OperationCatalogue
import OperationPipeline

/// Sends drafts to a place and reads what comes back.
struct Transport: Sendable {
    let location: HTTPAddress
    let settings: RESTSettings
    /// To the backend's own origin.
    private let client: ClientHandle
    /// To the same host over TLS, for a backend of `http://` that leads there; made of the proxy for `https://`.
    private let securedClient: ClientHandle?

    /// - Throws: ``ErrorCode/invalidRequest`` where the proxy for this backend cannot be used.
    init(location: HTTPAddress, settings: RESTSettings) throws(OperationError) {
        self.location = location
        self.settings = settings
        let origin = location.origin
        client = ClientHandle(settings, route: Route(to: origin, by: try settings.proxies.proxy(for: origin)))
        securedClient = origin.secured.flatMap { secured in
            // A proxy that cannot be used is a fault only for whom it concerns.
            guard case .success(let proxy) = Self.proxy(for: secured, settings) else {
                return nil
            }
            return ClientHandle(settings, route: Route(to: secured, by: proxy))
        }
    }

    private static func proxy(
        for origin: Origin, _ settings: RESTSettings
    ) -> Result<ProxySettings.Proxy?, OperationError> {
        Result { () throws(OperationError) in try settings.proxies.proxy(for: origin) }
    }

    func close() async {
        await client.close()
        await securedClient?.close()
    }

    /// Tries a request once.
    ///
    /// - Parameters:
    ///   - due: by the monotonic clock, in nanoseconds.
    ///   - redirect: where an earlier answer sent the request to.
    func attempt(
        _ draft: RequestDraft, token: Secret?, trace: TraceContext?, due: UInt64,
        redirect: (origin: Origin, target: String)? = nil
    ) async -> TryEnd {
        let origin = redirect?.origin ?? location.origin
        guard let client = origin == location.origin ? client : securedClient else {
            return TryEnd(.notDone(OperationError(.backendUnreachable, "the proxy for \(origin.text) cannot be used")))
        }
        let request: HTTPClient.Request
        do {
            request = try HTTPClient.Request(
                url: client.route.url(origin, redirect?.target ?? location.path + draft.path),
                method: HTTPMethod(rawValue: draft.method.rawValue),
                headers: headers(draft, host: origin.hostHeader, token: token, trace: trace, client.route),
                body: draft.body.map { .byteBuffer(ByteBuffer(bytes: $0)) }
            )
        } catch {
            return TryEnd(.notDone(OperationError(.backendUnreachable, "\(location.text) makes no usable URL")))
        }
        let limits = Exchange.Limits(
            due: due, silence: settings.readTimeout.nanoseconds, size: settings.maximumAnswerSize)
        switch await client.run(request, limits: limits) {
        case .answer(let answer) where answer.status == 407 && client.route.isPlain:
            let failure = TransportFailure(kind: .connection, reason: TransportFailure.proxyWantsUser, wasSent: false)
            return TryEnd(failure, of: draft, at: location)
        case .answer(let answer):
            let end = TryEnd(answer, to: draft, from: location)
            if case .done = end.fate { return end }
            // Before anything is cut: of a token that an answer repeats, not even the beginning is handed on.
            return token.map { TryEnd(answer.hiding($0), to: draft, from: location) } ?? end
        case .failure(let error, let wasSent):
            let failure = TransportFailure(error, wasSent: wasSent, settings: settings)
            return TryEnd(failure, of: draft, at: location)
        }
    }

    private func headers(
        _ draft: RequestDraft, host: String, token: Secret?, trace: TraceContext?, _ route: Route
    ) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(8)
        headers.add(name: "host", value: host)
        headers.add(name: "user-agent", value: settings.userAgent)
        headers.add(name: "accept", value: "application/json")
        if draft.body != nil { headers.add(name: "content-type", value: "application/json") }
        if let token { headers.add(name: "authorization", value: "Bearer " + token.reveal()) }
        if let proxy = route.proxyAuthorization {
            let basic = HTTPClient.Authorization.basic(username: proxy.user, password: proxy.password.reveal())
            headers.add(name: "proxy-authorization", value: basic.headerValue)
        }
        if let trace {
            headers.add(name: "traceparent", value: trace.traceparent)
            if let state = trace.state { headers.add(name: "tracestate", value: state) }
        }
        return headers
    }
}
