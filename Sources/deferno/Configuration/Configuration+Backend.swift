import ArgumentParser
import OperationCatalogue
import OperationPipeline
import SQLiteBackend

extension Configuration {
    /// The backend that carries the operations out. Nothing is opened or connected to yet.
    ///
    /// - Throws: a fault of the command line.
    func backend(in environment: EnvironmentVariables = .process) throws -> any Backend {
        switch baseURL.value {
        case .store(let address): try Self.store(at: address, environment)
        case .http(let address): try remoteBackend(at: address)
        }
    }

    private static func store(at address: String, _ environment: EnvironmentVariables) throws -> any Backend {
        var variables: [String: String] = [:]
        for name in ["HOME", "XDG_DATA_HOME"] { variables[name] = environment[name] }
        do {
            if let location = try SQLiteLocation(address: address, environment: variables) {
                return SQLiteBackend(location: location)
            }
        } catch {
            throw ValidationError(error.message)
        }
        throw ValidationError("unknown backend '\(address)'; expected sqlite: or sqlite:PATH")
    }

    /// The one place that makes the backend at an http(s) address. It gets ``tokens(for:)``, and
    /// ``allowsInsecureHTTP`` to judge by.
    private func remoteBackend(at address: HTTPAddress) throws -> any Backend {
        throw ValidationError("backends over HTTP are not supported yet: \(address.text)")
    }

    /// The tokens for a backend.
    func tokens(for address: HTTPAddress) -> CredentialStore {
        CredentialStore(file: credentials, environmentToken: token.value, address: address)
    }
}
