import OperationCatalogue

/// Who this server says it is: `serverInfo`, an `Implementation`.
package struct ServerIdentity: Sendable {
    /// The seed's name, by which clients may know it already.
    package static let name = "defernowork"
    package static let title = "Deferno"

    package let version: String
    /// What a user types in a terminal to sign in, where no tool can.
    package let signInCommand: String

    package init(version: String, signInCommand: String = SignInAdvice.standardCommand) {
        (self.version, self.signInCommand) = (version, signInCommand)
    }

    var json: JSONValue {
        ["name": .string(Self.name), "title": .string(Self.title), "version": .string(version)]
    }
}
