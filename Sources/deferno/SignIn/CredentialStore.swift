import OperationCatalogue
import OperationPipeline
import RESTBackend
import Synchronization

/// The token of this process for one backend, in the seed's order: that of the environment, or else the saved one.
///
/// A saved token is shown only to the backend that gave it. The file is looked at for each request with one `lstat(2)` and
/// read again when it has changed, so that a sign-in in another process holds at once.
///
/// Its functions read and write the file on the calling thread; a backend gets ``GatedCredentials``.
final class CredentialStore: Sendable {
    private let file: CredentialsFile?
    let environmentToken: Secret?
    private let address: HTTPAddress
    private let cache = Mutex<Cached?>(nil)

    private struct Cached {
        let identity: FileIdentity
        let credentials: SavedCredentials?
    }

    /// - Parameters:
    ///   - file: where sign-ins are saved; `nil` where there is no place for them.
    ///   - environmentToken: the token of the environment, which goes to whatever backend is configured.
    ///   - address: the backend.
    init(file: CredentialsFile?, environmentToken: Secret?, address: HTTPAddress) {
        self.file = file
        self.environmentToken = environmentToken
        self.address = address
    }

    /// - Throws: ``ErrorCode/notSignedIn`` when the file is refused; see ``CredentialsFile/read()``.
    func token() throws(OperationError) -> Secret? {
        if let environmentToken { return environmentToken }
        return try saved()?.token
    }

    /// The saved sign-in, if it is one for this backend.
    func saved() throws(OperationError) -> SavedCredentials? {
        guard let file, let identity = try file.identity() else { return nil }
        let credentials = try cache.withLock { cache throws(OperationError) in
            if let cached = cache, cached.identity == identity { return cached.credentials }
            guard let read = try file.readWithIdentity() else { return SavedCredentials?.none }
            cache = Cached(identity: read.identity, credentials: read.credentials)
            return read.credentials
        }
        return credentials?.address == address ? credentials : nil
    }

    /// - Throws: ``ErrorCode/notSignedIn`` when it could not be saved, or is for another backend than this one.
    func save(_ token: Secret, username: String, for backend: HTTPAddress) throws(OperationError) {
        guard let file else {
            throw OperationError(
                .notSignedIn, "there is no place to save the sign-in: set HOME, or use DEFERNO_TOKEN instead")
        }
        guard Secret(token: token.reveal()) != nil, backend == address else {
            throw OperationError(.notSignedIn, "the backend gave a token that cannot be saved for \(address.text)")
        }
        try file.write(SavedCredentials(token: token, username: username, address: address))
    }

    /// A sign-in for another backend stays; what is refused or broken goes.
    func remove() throws(OperationError) {
        guard let file else { return }
        if let saved = try? file.read(), saved.address != address { return }
        try file.remove()
    }
}

/// The same for tasks: what can wait for a file does so behind a gate.
struct GatedCredentials: TokenStore {
    private let store: CredentialStore
    private let gate = BlockingGate(width: 1)

    init(_ store: CredentialStore) { self.store = store }

    func token() async throws(OperationError) -> Secret? {
        if let token = store.environmentToken { return token }
        return try await gate.run { () throws(OperationError) in try store.token() }
    }

    func save(_ token: Secret, username: String, for address: HTTPAddress) async throws(OperationError) {
        try await gate.run { () throws(OperationError) in
            try store.save(token, username: username, for: address)
        }
    }

    func remove() async throws(OperationError) {
        try await gate.run { () throws(OperationError) in try store.remove() }
    }
}
