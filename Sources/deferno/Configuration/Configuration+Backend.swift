import ArgumentParser
import OperationCatalogue
import OperationPipeline
import RESTBackend
import SQLiteBackend

extension Configuration {
    /// The backend that carries the operations out. Nothing is opened or connected to yet.
    ///
    /// - Parameter mayWriteStore: whether the embedded store may be made, upgraded and written.
    /// - Throws: a fault of the command line.
    func backend(
        in environment: EnvironmentVariables = .process, mayWriteStore: Bool
    ) throws -> any Backend {
        switch baseURL.value {
        case .store(let address):
            guard let location = try Self.location(of: address, environment) else {
                throw ValidationError("unknown backend '\(address)'; expected sqlite: or sqlite:PATH")
            }
            return Self.store(at: location, environment, mayWrite: mayWriteStore)
        case .http(let address): return try remoteBackend(at: address, environment)
        }
    }

    /// The embedded store. Nothing is opened yet.
    ///
    /// - Parameters:
    ///   - mayWrite: whether it may be made, upgraded and written.
    ///   - reopens: whether it is opened anew after its file was deleted or replaced.
    static func store(
        at location: SQLiteLocation, _ environment: EnvironmentVariables = .process, mayWrite: Bool,
        reopens: Bool = true
    ) -> SQLiteBackend {
        SQLiteBackend(location: location, mayWrite: mayWrite, reopens: reopens, temporary: environment["TMPDIR"])
    }

    /// Where the embedded store is, if it is the backend.
    ///
    /// - Throws: a fault of the command line.
    func storeLocation(in environment: EnvironmentVariables = .process) throws -> SQLiteLocation? {
        guard case .store(let address) = baseURL.value else { return nil }
        return try Self.location(of: address, environment)
    }

    private static func location(of address: String, _ environment: EnvironmentVariables) throws -> SQLiteLocation? {
        var variables: [String: String] = [:]
        for name in ["HOME", "XDG_DATA_HOME"] { variables[name] = environment[name] }
        do {
            return try SQLiteLocation(address: address, environment: variables)
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// The variables that concern connections: those of proxies, and where certificates are.
    static let connectionVariables =
        ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap { [$0, $0.uppercased()] }
        + ["REQUEST_METHOD", "SSL_CERT_FILE"]

    private func remoteBackend(
        at address: HTTPAddress, _ environment: EnvironmentVariables
    ) throws -> any Backend {
        var variables: [String: String] = [:]
        for name in Self.connectionVariables { variables[name] = environment[name] }
        do {
            var settings = RESTSettings(environment: variables)
            settings.allowsInsecureHTTP = allowsInsecureHTTP.value
            settings.userAgent = "deferno/\(Deferno.version)"
            // Sooner than the pipeline's own: only the backend knows how far a request got.
            settings.deadline = deadline.value * 14 / 15
            settings.readTimeout = min(settings.readTimeout, settings.deadline)
            return try RESTBackend(
                location: address, tokens: GatedCredentials(tokens(for: address)), settings: settings)
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// The tokens for a backend.
    func tokens(for address: HTTPAddress) -> CredentialStore {
        CredentialStore(file: credentials, environmentToken: token.value, address: address)
    }
}
