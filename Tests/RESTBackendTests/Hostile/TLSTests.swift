import Foundation
import NIOHTTP1
import NIOSSL
import OperationCatalogue
import RESTBackend
import Testing

/// Over a certificate that was made for these tests and is good for `localhost`, not for 127.0.0.1.
@Suite("TLS and proxies")
struct TLSTests {
    private func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: name, withExtension: "pem", subdirectory: "Fixtures")).path
    }

    private func context() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(fixture("tls"))
        let key = try NIOSSLPrivateKey(file: fixture("tls-key"), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }

    private func create(
        at host: String, trusting file: String?
    ) async throws -> (result: OperationResult, requests: [ServerRequest]) {
        let handler: @Sendable (ServerRequest, Int) async -> ServerReply = { _, _ in .json(201, someTask) }
        return try await TestServer.with(tls: try context(), handler) { server in
            var settings = RESTSettings.brisk
            settings.trustRootsFile = file
            let result = try await call(
                "create_task", someCreate, at: "https://\(host):\(server.port)", settings: settings)
            return (result, server.requests)
        }
    }

    @Test("a host whose certificate is trusted is spoken to")
    func trusted() async throws {
        let (result, requests) = try await create(at: "localhost", trusting: try fixture("tls"))
        #expect(result.text == someTask)
        #expect(requests.first?.token == "Bearer secret-token")
    }

    @Test("a host whose certificate is not trusted, or not its own, is told nothing")
    func untrusted() async throws {
        for (host, file) in [("localhost", nil), ("127.0.0.1", try fixture("tls"))] {
            let (result, requests) = try await create(at: host, trusting: file)
            #expect(result.status == .failed)
            let error = try #require(result.error)
            #expect(error.code == .backendUnreachable)
            #expect(error.message.contains("certificate"), "\(error.message)")
            #expect(!error.message.contains(".cc"))
            #expect(requests.isEmpty)
        }
    }

    @Test("certificates to trust that cannot be read are named")
    func unreadable() async throws {
        let (result, _) = try await create(at: "127.0.0.1", trusting: "/nonexistent/roots.pem")
        #expect(result.status == .failed)
        #expect(result.error?.message.contains("/nonexistent/roots.pem") == true, "\(result)")
    }

    @Test("requests to other machines go through the proxy of the environment, with its credentials and not the token")
    func proxy() async throws {
        try await TestServer.with({ _, _ in .answer(407, []) }) { server in
            var settings = RESTSettings(environment: [
                "https_proxy": "http://user:pass@127.0.0.1:\(server.port)"
            ])
            settings.retries.maximumTries = 1
            let result = try await call("whoami", at: "https://backend.example/api", settings: settings)
            #expect(result.error?.code == .backendUnreachable)
            #expect(result.error?.message.contains("the proxy wants a user and a password") == true)
            let request = try #require(server.requests.first)
            #expect(request.method == "CONNECT")
            #expect(request.target == "backend.example:443")
            #expect(request.headers.first(name: "proxy-authorization") == "Basic dXNlcjpwYXNz")
            #expect(request.token == nil)
        }
    }

    @Test(
        "requests of http:// are given whole to a proxy that refuses CONNECT, with the token and the proxy's credentials"
    )
    func plainProxy() async throws {
        let user = #"{"id":"7ac8513c-4037-43fe-a89a-721019f76527","username":"ada"}"#
        try await TestServer.with({ request, _ in
            request.method == "CONNECT" ? .answer(405, []) : .json(200, user)
        }) { server in
            var settings = RESTSettings(environment: ["http_proxy": "http://user:pass@127.0.0.1:\(server.port)"])
            settings.allowsInsecureHTTP = true
            let result = try await call("whoami", at: "http://backend.example:8080/api", settings: settings)
            #expect(result.error == nil, "\(result)")
            let request = try #require(server.requests.first)
            #expect(server.requests.count == 1)
            #expect(request.target == "http://backend.example:8080/api/auth/me")
            #expect(request.headers["host"] == ["backend.example:8080"])
            #expect(request.headers.first(name: "proxy-authorization") == "Basic dXNlcjpwYXNz")
            #expect(request.token != nil)
        }
    }

    @Test("a proxy that carries out requests and wants a user has not carried one out")
    func plainProxyWithoutUser() async throws {
        try await TestServer.with({ _, _ in .answer(407, []) }) { server in
            var settings = RESTSettings(environment: ["http_proxy": "127.0.0.1:\(server.port)"])
            settings.allowsInsecureHTTP = true
            settings.retries.maximumTries = 1
            let result = try await call("create_task", ["title": "x"], at: "http://backend.example", settings: settings)
            guard case .failed(let error) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(error.message.contains("the proxy wants a user and a password"))
        }
    }
}
