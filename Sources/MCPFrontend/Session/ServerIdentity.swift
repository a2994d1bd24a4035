import OperationCatalogue

/// Who this server says it is: `serverInfo`, an `Implementation`.
package struct ServerIdentity: Sendable {
    /// The seed's name, by which clients may know it already.
    package static let name = "defernowork"
    package static let title = "Deferno"

    package let version: String

    package init(version: String) { self.version = version }

    var json: JSONValue {
        ["name": .string(Self.name), "title": .string(Self.title), "version": .string(version)]
    }
}
