import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OperationCatalogue
import OperationPipeline

/// Sends drafts to a place and reads what comes back.
struct Transport: Sendable {
    let location: RESTLocation
    let settings: RESTSettings
    let client: ClientHandle

    /// Tries a request once.
    ///
    /// - Parameters:
    ///   - due: by the monotonic clock, in nanoseconds.
    ///   - redirect: where an earlier answer sent the request to.
    func attempt(
        _ draft: RequestDraft, token: Secret?, trace: TraceContext?, due: UInt64,
        redirect: (origin: Origin, target: String)? = nil
    ) async -> TryEnd {
        let request: HTTPClient.Request
        do {
            let origin = redirect?.origin ?? location.origin
            request = try HTTPClient.Request(
                url: origin.text + (redirect?.target ?? location.pathPrefix + draft.path),
                method: HTTPMethod(rawValue: draft.method.rawValue),
                headers: headers(draft, host: origin.hostHeader, token: token, trace: trace),
                body: draft.body.map { .byteBuffer(ByteBuffer(bytes: $0)) }
            )
        } catch {
            return TryEnd(.notDone(OperationError(.backendUnreachable, "\(location.baseURL) makes no usable URL")))
        }
        let limits = Exchange.Limits(
            due: due, silence: settings.readTimeout.nanoseconds, size: settings.maximumAnswerSize)
        switch await client.run(request, limits: limits) {
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

    private func headers(_ draft: RequestDraft, host: String, token: Secret?, trace: TraceContext?) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(8)
        headers.add(name: "host", value: host)
        headers.add(name: "user-agent", value: settings.userAgent)
        headers.add(name: "accept", value: "application/json")
        if draft.body != nil { headers.add(name: "content-type", value: "application/json") }
        if let token { headers.add(name: "authorization", value: "Bearer " + token.reveal()) }
        if let trace {
            headers.add(name: "traceparent", value: trace.traceparent)
            if let state = trace.state { headers.add(name: "tracestate", value: state) }
        }
        return headers
    }
}
