import OperationCatalogue

/// What the server remembers between two messages. All decisions that need it are made here, in values.
struct SessionState {
    /// What the handshake has settled; `nil` before it, and for ever with a client of the stateless era.
    private(set) var negotiated: RequestContext?
    /// Whether a request of the stateless era has been served.
    var hasServedStateless = false
    /// Requests that are not answered yet.
    private(set) var exchanges: [RequestID: Exchange] = [:]
    /// Requests whose operations have not all ended, those among them that were taken back too, and their length in bytes.
    private var load = (count: 0, bytes: 0)
    /// Whoever waits until there are none.
    private var idleness: CheckedContinuation<Void, Never>?
    /// Resources whose changes the client of a session wants to hear of, by their URIs in normal form.
    var subscriptions: [String: ResourceRead] = [:]
    /// Open `subscriptions/listen` requests with the resources that they name, the oldest first.
    private(set) var listeners: [Listener] = []
    /// What the client was asked, by the identifier of the asking.
    private var elicitations: [RequestID: PendingElicitation] = [:]
    private var askings = 0
    /// Elicitations that the user has accepted and not finished yet.
    private var unfinished: Set<String> = []

    struct Listener: Sendable {
        let id: RequestID
        let resources: [ResourceRead]
    }

    struct PendingElicitation: Sendable {
        let exchange: Exchange
        let elicitation: URLElicitation
    }

    /// Whether as many requests are under way as are read ahead, or as long ones; what comes then comes slowly.
    var isFull: Bool { load.count >= 1024 || load.bytes >= 32 << 20 }
    /// Whether there are so many that more are refused.
    var mustRefuse: Bool { load.count >= 20_000 || load.bytes >= 96 << 20 }

    /// The most resources that one client hears of, and the most questions to the user and open `subscriptions/listen`
    /// requests at a time.
    static let subscriptionLimit = 1000
    static let openLimit = 64

    /// Whether messages without a readable identifier leave it out, or say `null`.
    var omitsUnknownID: Bool {
        hasServedStateless || negotiated.map { $0.version >= .november2025 } == true
    }
}

// MARK: - The handshake and the context of a request

extension SessionState {
    /// The context that a request is answered in.
    func context(for request: JSONRPCRequest) throws(ProtocolError) -> RequestContext {
        if let context = try RequestContext(meta: request.meta) { return context }
        guard let negotiated else {
            throw ProtocolError(
                .invalidParams,
                """
                params._meta["\(MetaKey.protocolVersion)"]: is required, expected "\(ProtocolVersion.july2026.rawValue)"; \
                earlier versions begin with an initialize request
                """
            )
        }
        return negotiated
    }

    mutating func negotiate(_ context: RequestContext) throws(ProtocolError) {
        guard negotiated == nil else {
            throw ProtocolError(.invalidRequest, "initialize: the session has begun already")
        }
        negotiated = context
    }

    mutating func setLogLevel(_ level: LoggingLevel) { negotiated?.logLevel = level }
}

// MARK: - Requests under way

extension SessionState {
    /// Takes note of a request.
    ///
    /// - Returns: whether its identifier is free; MCP forbids to use one twice at the same time.
    mutating func begin(_ exchange: Exchange) -> Bool {
        guard isFree(exchange.id) else { return false }
        exchanges[exchange.id] = exchange
        load.count += 1
        load.bytes += exchange.size
        return true
    }

    /// The operations of a request have ended, whether somebody still waits for it or not.
    ///
    /// - Returns: whoever has waited for the last one.
    mutating func unload(_ exchange: Exchange) -> CheckedContinuation<Void, Never>? {
        load.count -= 1
        load.bytes -= exchange.size
        return load.count == 0 ? idleness.take() : nil
    }

    /// Keeps the continuation until no operations are under way; returns it where there are none.
    mutating func awaitIdleness(
        _ continuation: CheckedContinuation<Void, Never>
    ) -> CheckedContinuation<Void, Never>? {
        guard load.count > 0 else { return continuation }
        idleness = continuation
        return nil
    }

    func isFree(_ id: RequestID) -> Bool {
        exchanges[id] == nil && !listeners.contains { $0.id == id }
    }

    /// Forgets a request, and tells whether it was still known: if not, it was taken back, and nothing is sent for it.
    mutating func end(_ exchange: Exchange) -> Bool {
        guard exchanges[exchange.id] === exchange else { return false }
        exchanges[exchange.id] = nil
        return true
    }

    /// What a `notifications/cancelled` takes back, and the asking that it makes vain.
    mutating func cancel(_ id: RequestID) -> (exchange: Exchange, asking: RequestID?)? {
        listeners.removeAll { $0.id == id }
        guard let exchange = exchanges.removeValue(forKey: id) else { return nil }
        let asking = elicitations.first { $0.value.exchange === exchange }
        if let asking { elicitations[asking.key] = nil }
        return (exchange, asking?.key)
    }
}

// MARK: - Subscriptions

extension SessionState {
    mutating func listen(_ listener: Listener) throws(ProtocolError) {
        guard listeners.count < Self.openLimit else {
            throw ProtocolError(.internalError, "at most \(Self.openLimit) subscriptions can be open at a time")
        }
        listeners.append(listener)
    }

    mutating func subscribe(to read: ResourceRead) throws(ProtocolError) {
        guard subscriptions.count < Self.subscriptionLimit || subscriptions[read.uri] != nil else {
            throw ProtocolError(
                .internalError, "at most \(Self.subscriptionLimit) resources can be subscribed to at a time")
        }
        subscriptions[read.uri] = read
    }

    /// The subscriptions that end with the server.
    mutating func endListeners() -> [Listener] {
        defer { listeners = [] }
        return listeners
    }
}

// MARK: - Elicitation

extension SessionState {
    /// Takes note of a question to the client, and names it; `nil` where too many are open already.
    mutating func ask(_ elicitation: URLElicitation, for exchange: Exchange) -> RequestID? {
        guard elicitations.count < Self.openLimit else { return nil }
        askings += 1
        let id = RequestID("elicitation-\(askings)")
        elicitations[id] = PendingElicitation(exchange: exchange, elicitation: elicitation)
        return id
    }

    /// The question that an answer belongs to.
    mutating func answer(to id: RequestID, isAccepted: Bool) -> PendingElicitation? {
        guard let pending = elicitations.removeValue(forKey: id) else { return nil }
        if isAccepted, unfinished.count < Self.subscriptionLimit { unfinished.insert(pending.elicitation.id) }
        return pending
    }

    /// The questions that nobody will answer any more.
    mutating func endElicitations() -> [PendingElicitation] {
        defer { elicitations = [:] }
        return Array(elicitations.values)
    }

    /// Whether this elicitation was waited for, which it then is no more.
    mutating func finishElicitation(_ id: String) -> Bool { unfinished.remove(id) != nil }
}
