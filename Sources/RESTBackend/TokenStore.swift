package import OperationCatalogue

/// Where the token for a backend comes from, and where a new one goes.
///
/// It is asked for each request, so it is cheap to ask: the store keeps in memory what it has read. One that looks at files does so
/// behind a gate.
package protocol TokenStore: Sendable {
    /// The token to show to the backend; nil where nobody is signed in.
    func token() async throws(OperationError) -> Secret?
    /// Keeps a token that the backend has just given.
    func save(_ token: Secret, username: String, for address: HTTPAddress) async throws(OperationError)
    /// Forgets what was saved. Forgetting nothing is no error.
    func remove() async throws(OperationError)
}
