import OperationCatalogue
import OperationPipeline
import Synchronization

/// One client: takes its messages, hands operations to the pipeline and writes what comes of them.
///
/// Messages come from one thread, conclusions from many. No call waits for anything.
final class Session: Sendable {
    private let methods: Methods
    private let pacing: ReplyPacing
    private let sink: any MessageSink
    private let callers: Callers
    private let deadline: Duration
    /// How long a question to the client stays open.
    private let questionLife: Duration
    private let state = Mutex(SessionState())
    private let progress: ProgressTicker

    init(
        methods: Methods, pacing: ReplyPacing, sink: any MessageSink, callers: Callers, deadline: Duration,
        questionLife: Duration
    ) {
        self.methods = methods
        self.pacing = pacing
        self.sink = sink
        self.callers = callers
        self.deadline = deadline
        self.questionLife = questionLife
        progress = ProgressTicker(sink: sink, deadline: deadline)
    }

    /// Whether as many requests are under way as are read ahead.
    var isFull: Bool { state.withLock { $0.isFull } }

    /// Takes one line of input.
    ///
    /// - Parameter submissions: gains the operations that the line asks for.
    func receive(_ line: Span<UInt8>, _ submissions: inout [Submission]) {
        guard !line.isBlank else { return }
        let message = JSONRPCMessage(line: line)
        if case .batch(let messages) = message {
            return receive(batch: messages, size: line.count, hasRoom: true, &submissions)
        }
        receive(message, size: line.count, group: nil, &submissions)
    }

    /// Takes one line of input while others may wait: what begins operations waits with them where it must, the rest is taken
    /// at once.
    func receive(_ line: Span<UInt8>, deferring deferred: inout DeferredRequests, _ submissions: inout [Submission]) {
        guard !deferred.isEmpty || isFull, !line.isBlank else { return receive(line, &submissions) }
        switch JSONRPCMessage(line: line) {
        case .request(let request) where request.method != "ping":
            if deferred.isFull { return reply(with: .tooMany, to: request.id, group: nil) }
            deferred.append(line, id: request.id)
        case .batch(let messages):
            if deferred.isFull {
                return receive(batch: messages, size: line.count, hasRoom: false, &submissions)
            }
            deferred.append(line, id: nil)
        case .notification(let notification):
            if notification.method == "notifications/cancelled", let id = notification.requestID, deferred.remove(id) {
                return
            }
            take(notification)
        case let message: receive(message, size: line.count, group: nil, &submissions)
        }
    }

    /// Answers a line that was too long to be read.
    func refuseLongLine(limit: Int) {
        let error = ProtocolError(.invalidRequest, "this message is longer than \(limit) bytes, the most that is taken")
        reply(with: error, to: nil, group: nil)
    }

    /// - Parameter hasRoom: whether there is room for the requests among the messages.
    private func receive(
        batch: [JSONRPCMessage], size: Int, hasRoom: Bool, _ submissions: inout [Submission]
    ) {
        let version = state.withLock { $0.negotiated?.version }
        guard version == .march2025 else {
            let error = ProtocolError(
                .invalidRequest, "expected one message a line; only version 2025-03-26 knows arrays of messages")
            return reply(with: error, to: nil, group: nil)
        }
        guard !batch.isEmpty else {
            return reply(with: ProtocolError(.invalidRequest, "the array of messages is empty"), to: nil, group: nil)
        }
        let asking = batch.count { $0.asksForReply }
        let group = ReplyGroup(of: asking) { self.send($0) }
        for message in batch {
            if !hasRoom, case .request(let request) = message, request.method != "ping" {
                reply(with: .tooMany, to: request.id, group: group)
            } else {
                receive(message, size: size / batch.count, group: group, &submissions)
            }
        }
    }

    private func receive(
        _ message: JSONRPCMessage, size: Int, group: ReplyGroup?, _ submissions: inout [Submission]
    ) {
        switch message {
        case .request(let request): serve(request, size: size, group: group, &submissions)
        case .notification(let notification): take(notification)
        case .response(let response): take(response)
        case .answerToNothing: return
        case .invalid(let id, let error): reply(with: error, to: id, group: group)
        case .batch: reply(with: ProtocolError(.invalidRequest, "an array within an array"), to: nil, group: group)
        }
    }
}

extension JSONRPCMessage {
    fileprivate var asksForReply: Bool {
        switch self {
        case .request, .invalid, .batch: true
        case .notification, .response, .answerToNothing: false
        }
    }
}

extension Span<UInt8> {
    /// Whether there is nothing but white space.
    fileprivate var isBlank: Bool {
        indices.allSatisfy { [0x20, 0x09, 0x0D].contains(self[$0]) }
    }
}

// MARK: - Requests

extension Session {
    private func serve(
        _ request: JSONRPCRequest, size: Int, group: ReplyGroup?, _ submissions: inout [Submission]
    ) {
        do throws(ProtocolError) {
            guard state.withLock({ $0.isFree(request.id) }) else {
                throw ProtocolError(.invalidRequest, "id: another request with this id is still under way")
            }
            let (context, answer) = try answer(to: request, isInBatch: group != nil)
            if context.version.isStateless { state.withLock { $0.hasServedStateless = true } }
            switch answer {
            case .result(let body):
                reply(with: body, to: request.id, version: context.version, group: group)
            case .open:
                guard group == nil else { throw ProtocolError(.invalidRequest, "\(request.method): not in an array") }
                try listen(request)
            case .operations(let calls, let ending):
                let exchange = Exchange(
                    request, in: context, calls: calls, ending: ending, group: group, size: size)
                let isRefused = state.withLock { $0.mustRefuse || !$0.begin(exchange) }
                guard !isRefused else { throw ProtocolError.tooMany }
                submissions += begin(exchange, request)
            }
        } catch {
            reply(with: error, to: request.id, group: group)
        }
    }

    private func answer(
        to request: JSONRPCRequest, isInBatch: Bool
    ) throws(ProtocolError) -> (RequestContext, MethodResult) {
        // A modern client does not say initialize; what says it is of the era with a handshake, whatever else it carries.
        if request.method == "initialize", try RequestContext(meta: request.meta) == nil {
            guard !isInBatch else { throw ProtocolError(.invalidRequest, "initialize: must not be in an array") }
            let (context, body) = try methods.initialize(request)
            try state.withLock { state throws(ProtocolError) in try state.negotiate(context) }
            return (context, .result(body))
        }
        if request.method == "ping", request.meta[MetaKey.protocolVersion] == nil {
            let version = state.withLock { $0.negotiated?.version } ?? .newestWithHandshake
            return (RequestContext(version), .result(.empty))
        }
        let context = try state.withLock { state throws(ProtocolError) in try state.context(for: request) }
        if let answer = try answerFromState(to: request, context) { return (context, answer) }
        return (context, try methods.answer(request, in: context))
    }

    /// The methods that change or need what the session remembers.
    private func answerFromState(
        to request: JSONRPCRequest, _ context: RequestContext
    ) throws(ProtocolError) -> MethodResult? {
        guard !context.version.isStateless else { return nil }
        switch request.method {
        case "logging/setLevel":
            let level = try LoggingLevel(naming: request.params["level"] ?? .null, at: "params.level")
            state.withLock { $0.setLogLevel(level) }
        case "resources/subscribe":
            let read = try methods.resource(request.params["uri"], at: "params.uri", version: context.version)
            try state.withLock { state throws(ProtocolError) in try state.subscribe(to: read) }
        case "resources/unsubscribe":
            let read = try methods.resource(request.params["uri"], at: "params.uri", version: context.version)
            state.withLock { $0.subscriptions[read.uri] = nil }
        default: return nil
        }
        return .result(.empty)
    }

    private func begin(_ exchange: Exchange, _ request: JSONRPCRequest) -> [Submission] {
        let caller = callers.caller(for: exchange.context.client)
        let trace = TraceContext(
            traceparent: request.meta["traceparent"]?.stringValue, tracestate: request.meta["tracestate"]?.stringValue)
        let requestID = exchange.id.logText
        let submissions = exchange.calls.enumerated().map { index, call in
            Submission(
                OperationRequest(
                    call.name, call.arguments, id: requestID, caller: caller, trace: trace,
                    verdict: call.fault.map { .faulty($0) })
            ) { [self] conclusion in
                conclude(exchange, index, conclusion)
            }
        }
        exchange.begin(with: submissions)
        if exchange.progressToken != nil { progress.begin(exchange) }
        return submissions
    }
}

extension ProtocolError {
    fileprivate static let tooMany = ProtocolError(
        .internalError, "too many requests are under way; try again when some have ended")
}

extension RequestContext {
    /// A context of nobody in particular.
    fileprivate init(_ version: ProtocolVersion) {
        self.version = version
        client = nil
        capabilities = ClientCapabilities([:])
    }
}

// MARK: - Conclusions

extension Session {
    private func conclude(_ exchange: Exchange, _ index: Int, _ conclusion: Conclusion) {
        let call = exchange.calls[index]
        if let message = LogMessage(conclusion, of: call), let least = exchange.context.logLevel {
            if message.level >= least, state.withLock({ $0.exchanges[exchange.id] === exchange }) {
                send(message.line)
            }
        }
        let conclusions = exchange.conclude(index, conclusion)
        if let conclusions { end(exchange, conclusions) }
        switch conclusion.outcome.result {
        case .ok(let payload, _): announce(call, payload)
        // It may have happened.
        case .unknown: announce(call, JSONText(.null))
        case .failed, .skipped, .spooled: break
        }
        if conclusions != nil { state.withLock { $0.unload(exchange) }?.resume() }
    }

    /// Returns when all operations that were begun or wait have ended, and what is to be said of them has been handed to the
    /// sink.
    func allHaveEnded() async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.awaitIdleness(continuation) }?.resume()
        }
    }

    private func end(_ exchange: Exchange, _ conclusions: [Conclusion]) {
        progress.end(exchange)
        do throws(ProtocolError) {
            switch try exchange.ending(conclusions) {
            case .result(let body): finish(exchange, with: body)
            case .elicitation(let elicitation): ask(elicitation, for: exchange)
            }
        } catch {
            guard state.withLock({ $0.end(exchange) }) else { return }
            reply(with: error, to: exchange.id, group: exchange.group)
        }
    }

    private func finish(_ exchange: Exchange, with body: ResultBody) {
        guard state.withLock({ $0.end(exchange) }) else { return }
        reply(with: body, to: exchange.id, version: exchange.context.version, group: exchange.group)
    }

    /// Tells whoever has subscribed to a resource that an operation has changed it, or may have.
    private func announce(_ call: OperationCall, _ payload: JSONText) {
        guard let definition = call.definition else { return }
        if definition.session == .completes { announceSignIn(call) }
        guard definition.isWrite,
            state.withLock({ !$0.subscriptions.isEmpty || !$0.listeners.isEmpty })
        else { return }
        let changes = ResourceChanges(after: definition, call.arguments, payload: payload)
        // Under the lock, so that nobody hears of a change after having taken the subscription back.
        state.withLock { state in
            for read in state.subscriptions.values where changes.contains(read.uri) {
                send(Self.updated(read.requestedURI, for: nil))
            }
            for listener in state.listeners {
                for read in listener.resources where changes.contains(read.uri) {
                    send(Self.updated(read.requestedURI, for: listener.id))
                }
            }
        }
    }

    private static func updated(_ uri: String, for subscription: RequestID?) -> [UInt8] {
        MessageWriting.notification("notifications/resources/updated") { writer in
            writer.key("uri")
            writer.string(uri)
            if let subscription { subscription.writeMeta(into: &writer) }
        }
    }
}

// MARK: - Notifications and responses of the client

extension Session {
    private func take(_ notification: JSONRPCNotification) {
        // Nothing else that a client may notify of concerns this server; unknown notifications are not answered.
        guard notification.method == "notifications/cancelled", let id = notification.requestID else { return }
        guard let (exchange, asking) = state.withLock({ $0.cancel(id) }) else { return }
        progress.end(exchange)
        exchange.cancel()
        exchange.group?.add(nil)
        if let asking { withdraw(asking) }
    }

    private func take(_ response: JSONRPCResponse) {
        let isAccepted = response.result?["action"]?.stringValue == "accept"
        guard let pending = state.withLock({ $0.answer(to: response.id, isAccepted: isAccepted) }) else { return }
        finish(pending.exchange, with: isAccepted ? pending.elicitation.accepted : pending.elicitation.otherwise)
    }

    private func ask(_ elicitation: URLElicitation, for exchange: Exchange) {
        let asking: RequestID?? = state.withLock { state in
            guard state.exchanges[exchange.id] === exchange else { return nil }
            return .some(state.ask(elicitation, for: exchange))
        }
        switch asking {
        case nil: return
        case .some(nil): finish(exchange, with: elicitation.otherwise)
        case .some(let asking?):
            send(MessageWriting.request("elicitation/create", id: asking, params: elicitation.params))
            Task { [weak self, questionLife] in
                try? await Task.sleep(for: questionLife)
                self?.giveUp(asking)
            }
        }
    }

    /// Answers a call without what the client was asked for, and has not said.
    private func giveUp(_ asking: RequestID) {
        guard let pending = state.withLock({ $0.answer(to: asking, isAccepted: false) }) else { return }
        withdraw(asking)
        finish(pending.exchange, with: pending.elicitation.otherwise)
        sink.beginWriting()
    }

    private func withdraw(_ asking: RequestID) {
        send(
            MessageWriting.notification("notifications/cancelled") { writer in
                writer.key("requestId")
                writer.raw(asking.text)
            }
        )
    }

    /// Tells the client that the user has finished what an elicitation began (MCP 2025-11-25, client/elicitation).
    private func announceSignIn(_ call: OperationCall) {
        guard let id = call.arguments[CompleteAuth.sessionID.name]?.stringValue else { return }
        guard state.withLock({ $0.finishElicitation(id) }) else { return }
        send(
            MessageWriting.notification("notifications/elicitation/complete") { writer in
                writer.key("elicitationId")
                writer.string(id)
            }
        )
    }
}

// MARK: - Subscriptions of the stateless era

extension Session {
    private func listen(_ request: JSONRPCRequest) throws(ProtocolError) {
        let resources = try methods.resourcesToListenTo(request)
        let listener = SessionState.Listener(id: request.id, resources: resources)
        let acknowledgement = MessageWriting.notification("notifications/subscriptions/acknowledged") { writer in
            let uris = JSONValue.array(resources.map { .string($0.requestedURI) })
            writer.key("notifications")
            writer.value(resources.isEmpty ? [:] : ["resourceSubscriptions": uris])
            request.id.writeMeta(into: &writer)
        }
        // The acknowledgement is the first that is sent for a subscription, and nothing that happens after it is missed.
        try state.withLock { state throws(ProtocolError) in
            try state.listen(listener)
            send(acknowledgement)
        }
    }

    /// Ends what would stay open for ever: there will be no more input, and everything else has been answered.
    ///
    /// A subscription ends with its result (MCP 2026-07-28, basic/patterns/subscriptions, "Graceful Closure"). The page on
    /// cancellation wants a `notifications/cancelled` there; after the result it would name a request that has ended.
    func close() {
        let (pending, listeners) = state.withLock { ($0.endElicitations(), $0.endListeners()) }
        for pending in pending { finish(pending.exchange, with: pending.elicitation.otherwise) }
        for listener in listeners {
            let body = ResultBody(subscription: listener.id) { _ in }
            reply(with: body, to: listener.id, version: .july2026, group: nil)
        }
    }
}

extension RequestID {
    /// Writes `_meta` that names a subscription.
    fileprivate func writeMeta(into writer: inout JSONWriter) {
        writer.key("_meta")
        writer.beginObject()
        writer.key(MetaKey.subscriptionID)
        writer.raw(text)
        writer.endObject()
    }
}

// MARK: - Replies

extension Session {
    private func reply(with body: ResultBody, to id: RequestID, version: ProtocolVersion, group: ReplyGroup?) {
        let message = MessageWriting.response(to: id, body, version: version, identity: methods.identity)
        pacing.noteReply(of: message.count)
        deliver(message, group)
    }

    private func reply(with error: ProtocolError, to id: RequestID?, group: ReplyGroup?) {
        let omitsUnknownID = state.withLock { $0.omitsUnknownID }
        deliver(MessageWriting.error(error, to: id, omitsUnknownID: omitsUnknownID), group)
    }

    private func deliver(_ message: [UInt8], _ group: ReplyGroup?) {
        if let group { group.add(message) } else { send(message) }
    }

    private func send(_ message: [UInt8]) {
        var line = message
        line.append(UInt8(ascii: "\n"))
        sink.append(line)
    }
}
