import ArgumentParser
import OperationCatalogue
import OperationPipeline
import RESTBackend
import SQLiteBackend

extension Configuration {
    /// The backend that carries the operations out. Nothing is opened or connected to yet.
    ///
    /// - Parameters:
    ///   - mayWriteStore: whether the embedded store may be made, upgraded and written.
    ///   - reopensStore: whether the embedded store is opened anew after it was deleted or replaced.
    /// - Throws: a fault of the command line.
    func backend(
        in environment: EnvironmentVariables = .process, mayWriteStore: Bool, reopensStore: Bool = true
    ) throws -> any Backend {
        switch baseURL.value {
        case .store(let address): try store(at: address, environment, mayWrite: mayWriteStore, reopens: reopensStore)
        case .http(let address): try remoteBackend(at: address, environment)
        }
    }

    private func store(
        at address: String, _ environment: EnvironmentVariables, mayWrite: Bool, reopens: Bool
    ) throws -> any Backend {
        if let location = try Self.location(of: address, environment) {
            return SQLiteBackend(
                location: location, mayWrite: mayWrite, reopens: reopens, temporary: environment["TMPDIR"])
        }
        throw ValidationError("unknown backend '\(address)'; expected sqlite: or sqlite:PATH")
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
            guard let location = try RESTLocation(address: address.text) else {
                throw ValidationError("unknown backend '\(address.text)'")
            }
            var settings = RESTSettings(environment: variables)
            settings.allowsInsecureHTTP = allowsInsecureHTTP.value
            settings.userAgent = "deferno/\(Deferno.version)"
            // Sooner than the pipeline's own: only the backend knows how far a request got.
            settings.deadline = deadline.value * 14 / 15
            settings.readTimeout = min(settings.readTimeout, settings.deadline)
            return try RESTBackend(
                location: location, tokens: GatedCredentials(tokens(for: address)), settings: settings)
        } catch let error as OperationError {
            throw ValidationError(error.message)
        }
    }

    /// The tokens for a backend.
    func tokens(for address: HTTPAddress) -> CredentialStore {
        CredentialStore(file: credentials, environmentToken: token.value, address: address)
    }
}
