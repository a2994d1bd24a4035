import HTTPTypes
import OperationCatalogue
import Testing

@testable import BackendServer

extension ServedStore {
    /// The answer to a request that comes from this machine.
    func ask(
        _ method: HTTPRequest.Method, _ target: String, _ body: String = "", token: String? = nil,
        headers: HTTPFields = [:]
    ) async throws -> WebAnswer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        let request = try #require(
            WebRequest(
                method: method, target: target, host: "127.0.0.1:3000", headers: headers, body: Array(body.utf8),
                peer: "127.0.0.1"))
        return await server.answer(to: request)
    }
}

extension WebAnswer {
    var text: String {
        if case .pieces(let pieces) = body { return String(decoding: pieces.joined(), as: UTF8.self) }
        return ""
    }

    func json() throws -> JSONValue { try JSONReader.value(text.utf8) }

    /// The value of a cookie that it sets.
    func cookie(_ name: BrowserCookie) -> String? {
        headers[values: .setCookie].first { $0.hasPrefix(name.rawValue + "=") }
            .map { String($0.dropFirst(name.rawValue.count + 1).prefix { $0 != ";" }) }
    }
}

/// A browser: keeps cookies, and sends forms as pages do.
final class TestBrowser {
    let served: ServedStore
    var cookies: [String: String] = [:]
    var origin: String? = "http://127.0.0.1:3000"
    private let address: String?

    /// - Parameter address: where it is, as a proxy on this machine says; by default on this machine.
    init(_ served: ServedStore, address: String? = nil) {
        self.served = served
        self.address = address
    }

    func get(_ target: String) async throws -> WebAnswer {
        keep(try await served.ask(.get, target, headers: headers))
    }

    func post(_ path: PagePath, _ fields: KeyValuePairs<FormField, String>) async throws -> WebAnswer {
        let body = fields.map { "\($0.key.rawValue)=\(PercentDecoding.encoded($0.value))" }.joined(separator: "&")
        var headers = headers
        if let origin { headers[.origin] = origin }
        return keep(try await served.ask(.post, path.rawValue, body, headers: headers))
    }

    /// The token that the forms of a page send.
    static func formToken(of page: WebAnswer) -> String {
        let parts = page.text.split(separator: "name=\"csrf\" value=\"", maxSplits: 1)
        return parts.count < 2 ? "" : String(parts[1].prefix { $0 != "\"" })
    }

    func signIn(_ name: String, _ password: String = "correct horse battery") async throws -> WebAnswer {
        let token = Self.formToken(of: try await get("/sign-in"))
        return try await post(.signIn, [.csrf: token, .next: "/", .name: name, .password: password])
    }

    private var headers: HTTPFields {
        var headers: HTTPFields = [:]
        headers[.forwardedFor] = address
        if !cookies.isEmpty {
            headers[.cookie] = cookies.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: "; ")
        }
        return headers
    }

    private func keep(_ answer: WebAnswer) -> WebAnswer {
        for name in [BrowserCookie.session, .form, .device] {
            if let value = answer.cookie(name) { cookies[name.rawValue] = value.isEmpty ? nil : value }
        }
        return answer
    }
}
