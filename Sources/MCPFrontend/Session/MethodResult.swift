import OperationCatalogue
import OperationPipeline

/// What a method makes of a request.
enum MethodResult: Sendable {
    /// The result, at once.
    case result(ResultBody)
    /// Operations to carry out, and what is made of their conclusions, which come in the same order.
    case operations([OperationCall], @Sendable ([Conclusion]) throws(ProtocolError) -> Ending)
    /// Nothing now: the request stays open until the client takes it back or the server ends.
    case open
}

/// What comes of a request when its operations have ended.
enum Ending: Sendable {
    case result(ResultBody)
    /// The user is to be sent to an address first, by a request of the server (MCP 2025-11-25, client/elicitation).
    case elicitation(URLElicitation)
}

/// An address that the user is to open, and the results that follow.
struct URLElicitation: Sendable {
    let id: String
    let url: String
    let message: String
    let accepted: ResultBody
    /// Where the user declined, or nobody can tell.
    let otherwise: ResultBody

    var params: JSONValue {
        ["mode": "url", "elicitationId": .string(id), "url": .string(url), "message": .string(message)]
    }
}

/// An operation that a method wants to be carried out.
struct OperationCall: Sendable {
    let name: String
    /// `nil` where there is no such tool.
    let definition: OperationDefinition?
    let arguments: JSONObject
    /// What is wrong with it already.
    let fault: OperationError?

    init(_ definition: OperationDefinition, _ arguments: JSONObject = [:], fault: OperationError? = nil) {
        (name, self.definition, self.arguments, self.fault) = (definition.name, definition, arguments, fault)
    }

    /// A call of something that is not offered, which leaves its record all the same.
    init(of name: String, fault: OperationError) {
        (self.name, definition, arguments, self.fault) = (name, nil, [:], fault)
    }
}

/// The members of a `result`, and what the stateless era wants to know of it.
struct ResultBody: Sendable {
    /// How long and for whom the result can be kept, where that is said.
    let caching: Caching?
    /// Whether the client has to give something first (``inputRequired``).
    let isComplete: Bool
    /// The subscription that this result ends.
    let subscription: RequestID?
    /// Roughly the bytes that the members take.
    let sizeEstimate: Int
    let writeMembers: @Sendable (inout JSONWriter) -> Void

    init(
        caching: Caching? = nil,
        isComplete: Bool = true,
        subscription: RequestID? = nil,
        sizeEstimate: Int = 1024,
        _ writeMembers: @escaping @Sendable (inout JSONWriter) -> Void
    ) {
        (self.caching, self.isComplete, self.subscription) = (caching, isComplete, subscription)
        self.sizeEstimate = sizeEstimate
        self.writeMembers = writeMembers
    }

    /// A result of a few members.
    init(caching: Caching? = nil, isComplete: Bool = true, members: JSONObject) {
        self.init(caching: caching, isComplete: isComplete) { writer in
            for member in members.members {
                writer.key(member.key)
                writer.value(member.value)
            }
        }
    }

    static let empty = ResultBody(members: [:])
}

/// MCP 2026-07-28, server/utilities/caching.
enum Caching: Sendable {
    /// The same for everybody, as long as the server runs.
    case fixed
    /// The user's own, and stale at once: other programs change it too.
    case volatile

    var timeToLive: Int { self == .fixed ? 3_600_000 : 0 }
    var scope: String { self == .fixed ? "public" : "private" }
}
