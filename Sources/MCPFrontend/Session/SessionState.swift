import OperationCatalogue

/// What the server remembers between two messages. All decisions that need it are made here, in values.
struct SessionState {
    /// What the handshake has settled; `nil` before it, and for ever with a client of the stateless era.
    private(set) var negotiated: RequestContext?
    /// Whether a request of the stateless era has been served.
    private(set) var hasServedStateless = false
    /// Requests whose operations are under way.
    private(set) var exchanges: [RequestID: Exchange] = [:]
    /// The length of those requests, in bytes.
    private(set) var size = 0
    /// Resources whose changes the client of a session wants to hear of, by their URIs in normal form.
    var subscriptions: [String: ResourceRead] = [:]
    /// Open `subscriptions/listen` requests with the resources that they name, the oldest first.
    private(set) var listeners: [Listener] = []
    /// What the client was asked, by the identifier of the asking.
    private var elicitations: [RequestID: PendingElicitation] = [:]
    private var askings = 0
    /// Elicitations that the user has not finished yet.
    private var unfinished: Set<String> = []

    struct Listener: Sendable {
        let id: RequestID
        let resources: [ResourceRead]
    }

    struct PendingElicitation: Sendable {
        let exchange: Exchange
        let elicitation: URLElicitation
    }

    /// More requests than this, or longer ones, are not read ahead of their turn.
    var isFull: Bool { exchanges.count >= 4096 || size >= 64 << 20 }

    /// Whether messages without a readable identifier leave it out, or say `null`.
    var omitsUnknownID: Bool {
        hasServedStateless || negotiated.map { $0.version >= .november2025 } == true
    }
}

// MARK: - The handshake and the context of a request

extension SessionState {
    /// The context that a request is answered in.
    mutating func context(for request: JSONRPCRequest) throws(ProtocolError) -> RequestContext {
        if let context = try RequestContext(meta: request.meta) {
            hasServedStateless = true
            return context
        }
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
        size += exchange.size
        return true
    }

    func isFree(_ id: RequestID) -> Bool {
        exchanges[id] == nil && !listeners.contains { $0.id == id }
    }

    /// Forgets a request, and tells whether it was still known: if not, it was taken back, and nothing is sent for it.
    mutating func end(_ exchange: Exchange) -> Bool {
        guard exchanges[exchange.id] === exchange else { return false }
        exchanges[exchange.id] = nil
        size -= exchange.size
        return true
    }

    /// What a `notifications/cancelled` takes back, and the asking that it makes vain.
    mutating func cancel(_ id: RequestID) -> (exchange: Exchange, asking: RequestID?)? {
        listeners.removeAll { $0.id == id }
        guard let exchange = exchanges.removeValue(forKey: id) else { return nil }
        size -= exchange.size
        let asking = elicitations.first { $0.value.exchange === exchange }?.key
        if let asking { elicitations[asking] = nil }
        return (exchange, asking)
    }
}

// MARK: - Subscriptions

extension SessionState {
    mutating func listen(_ listener: Listener) -> Bool {
        guard isFree(listener.id) else { return false }
        listeners.append(listener)
        return true
    }

    /// The subscriptions that end with the server.
    mutating func endListeners() -> [Listener] {
        defer { listeners = [] }
        return listeners
    }
}

// MARK: - Elicitation

extension SessionState {
    /// Takes note of a question to the client, and names it.
    mutating func ask(_ elicitation: URLElicitation, for exchange: Exchange) -> RequestID {
        askings += 1
        let id = RequestID("elicitation-\(askings)")
        elicitations[id] = PendingElicitation(exchange: exchange, elicitation: elicitation)
        unfinished.insert(elicitation.id)
        return id
    }

    /// The question that an answer belongs to.
    mutating func answer(to id: RequestID) -> PendingElicitation? {
        elicitations.removeValue(forKey: id)
    }

    /// The questions that nobody will answer any more.
    mutating func endElicitations() -> [PendingElicitation] {
        defer { elicitations = [:] }
        return Array(elicitations.values)
    }

    /// Whether this elicitation was waited for, which it then is no more.
    mutating func finishElicitation(_ id: String) -> Bool { unfinished.remove(id) != nil }
}
