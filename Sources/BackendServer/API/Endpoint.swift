import HTTPTypes
import OperationCatalogue

/// One of the API's endpoints: a method, a path, and what it does.
struct Endpoint: Sendable {
    let method: HTTPRequest.Method
    let path: [Segment]
    let action: Action
    /// The longest body that it takes.
    let mostBodyBytes: Int

    enum Segment: Hashable, Sendable {
        case word(String)
        /// Any segment: the identifier, number or reference that the endpoint is about.
        case subject
    }

    enum Action: Sendable {
        /// An operation of the catalogue, with the status of its success.
        case operation(OperationDefinition, status: Int)
        /// A task as an item.
        case item(ItemName)
        /// Whether everything works, whether requests are for this server now, and whether the process lives at all.
        case health, ready, live
        case beginSignIn, approveSignIn, finishSignIn, signOut
        case listTokens, makeToken, renameToken, revokeToken
        case settings, changeSettings

        /// Whether it is for whoever shows a good token.
        var isForUsers: Bool {
            switch self {
            case .health, .ready, .live, .beginSignIn, .approveSignIn, .finishSignIn: false
            default: true
            }
        }

        var isOperation: Bool {
            if case .operation = self { return true }
            return false
        }
    }

    /// What a path is about, where it is this endpoint's: the segment in the place of ``Segment/subject``, or nothing.
    func subject(of path: [String]) -> String?? {
        guard path.count == self.path.count else { return nil }
        var subject: String?
        for (segment, expected) in zip(path, self.path) {
            switch expected {
            case .word(let word): if segment != word { return nil }
            case .subject: subject = segment
            }
        }
        return .some(subject)
    }

    /// Every endpoint there is. Of two that fit, the first holds.
    static let all: [Endpoint] = ownEndpoints + operationEndpoints + itemEndpoints

    /// What the server itself answers.
    private static let ownEndpoints = [
        Endpoint(.get, "/health", .health),
        Endpoint(.get, "/ready", .ready),
        Endpoint(.get, "/live", .live),
        Endpoint(.post, "/auth/cli/init", .beginSignIn),
        Endpoint(.post, "/auth/cli/approve", .approveSignIn),
        Endpoint(.post, "/auth/cli/verify", .finishSignIn),
        Endpoint(.post, "/auth/logout", .signOut),
        Endpoint(.post, "/auth/tokens/revoke-current", .signOut),
        Endpoint(.get, "/auth/me/settings", .settings),
        Endpoint(.patch, "/auth/me/settings", .changeSettings),
        Endpoint(.get, "/auth/tokens", .listTokens),
        Endpoint(.post, "/auth/tokens", .makeToken),
        Endpoint(.patch, "/auth/tokens/*", .renameToken),
        Endpoint(.delete, "/auth/tokens/*", .revokeToken),
    ]

    /// What the catalogue says of its operations. Sessions the server begins and ends itself; paths that are said word for word
    /// come before those with a subject, which fits any word.
    private static let operationEndpoints =
        Catalogue.standard.definitions
        .filter { $0.narrows == nil && ($0.session == nil || $0.session == .asks) }
        .compactMap { definition in definition.endpoint.map { Endpoint($0, definition) } }
        .sorted { !$0.path.contains(.subject) && $1.path.contains(.subject) }

    private static let itemEndpoints = [
        Endpoint(.get, "/items/*", .item(.identifier)),
        Endpoint(.delete, "/items/*", .operation(DeleteTask.definition, status: 204)),
        Endpoint(.get, "/items/by-seq/*", .item(.sequence)),
        Endpoint(.get, "/items/by-ref/*", .item(.reference)),
    ]

    /// By the number of their segments.
    private static let byLength = Dictionary(grouping: all, by: \.path.count)

    /// The endpoint of a request, and what it is about.
    static func find(_ method: HTTPRequest.Method, _ path: [String]) -> (Endpoint, subject: String?)? {
        for endpoint in byLength[path.count] ?? [] where endpoint.method == method {
            if let subject = endpoint.subject(of: path) { return (endpoint, subject) }
        }
        return nil
    }

    /// The methods that a path knows.
    static func methods(of path: [String]) -> [String] {
        (byLength[path.count] ?? []).filter { $0.subject(of: path) != nil }.map(\.method.rawValue)
    }

    /// - Parameter path: with `*` for ``Segment/subject``.
    private init(
        _ method: HTTPRequest.Method, _ path: String, _ action: Action,
        mostBodyBytes: Int = ServerSettings.mostBodyBytes
    ) {
        self.method = method
        self.mostBodyBytes = mostBodyBytes
        self.path = path.split(separator: "/").map { $0 == "*" ? .subject : .word(String($0)) }
        self.action = action
    }

    private init(_ endpoint: HTTPEndpoint, _ definition: OperationDefinition) {
        let method: HTTPRequest.Method =
            switch endpoint.method {
            case .get: .get
            case .post: .post
            case .patch: .patch
            case .delete: .delete
            }
        self.init(
            method, endpoint.path, .operation(definition, status: endpoint.status),
            mostBodyBytes: endpoint.mostBodyBytes ?? ServerSettings.mostBodyBytes)
    }

    /// The longest body that a request for this target may have, before anything else is known of it.
    static func mostBodyBytes(_ method: HTTPRequest.Method, target: String) -> Int {
        let path = target.prefix { $0 != "?" }.split(separator: "/").map { String($0) }
        let inner = path.first == Dialect.envelopePath ? Array(path.dropFirst()) : path
        let large = all.first {
            $0.mostBodyBytes > ServerSettings.mostBodyBytes && $0.method == method && $0.subject(of: inner) != nil
        }
        return large?.mostBodyBytes ?? ServerSettings.mostBodyBytes
    }
}
