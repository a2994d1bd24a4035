import OperationCatalogue
import RESTBackend

/// A sign-in as the seed saves it: `{"token", "username", "base_url"}`.
struct SavedCredentials: Hashable, Sendable {
    let token: Secret
    let username: String
    /// The backend that gave the token, and the only one that gets to see it.
    let address: HTTPAddress

    init(token: Secret, username: String, address: HTTPAddress) {
        (self.token, self.username, self.address) = (token, username, address)
    }

    /// What a file says; `nil` where that is no sign-in. Without `base_url` it is the backend that the seed takes then.
    init?(_ bytes: [UInt8]) {
        guard let value = try? JSONReader.value(bytes), let text = value["token"]?.stringValue,
            let token = Secret(token: text), let address = Self.address(value["base_url"])
        else { return nil }
        self.init(token: token, username: value["username"]?.stringValue ?? "", address: address)
    }

    private static func address(_ value: JSONValue?) -> HTTPAddress? {
        guard let value, !value.isNull else { return .seed }
        return value.stringValue.flatMap { try? HTTPAddress($0) }
    }

    /// The file's content.
    var bytes: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 256)
        writer.beginObject()
        writer.key("token")
        writer.string(token.reveal())
        writer.key("username")
        writer.string(username)
        writer.key("base_url")
        writer.string(address.text)
        writer.endObject()
        writer.newline()
        return writer.takeBytes()
    }
}
