package import OperationCatalogue

/// Where the token for a backend comes from, and where a new one goes.
package protocol TokenStore: Sendable {
    /// The token to show to the backend; nil where nobody is signed in.
    func token() throws(OperationError) -> Secret?
    /// Keeps a token that the backend has just given.
    func save(_ token: Secret, username: String, baseURL: String) throws(OperationError)
    /// Forgets what was saved. Forgetting nothing is no error.
    func remove() throws(OperationError)
}
