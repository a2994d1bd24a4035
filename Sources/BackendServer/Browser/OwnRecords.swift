package import OperationCatalogue

/// Which records of the log are an account's own, for its page.
package enum OwnRecords {
    /// What the home page calls itself in the log.
    package static let pageClient = "home page"

    /// Whether a record is of one of the account's own operations, which came in by this server. What the page itself reads in
    /// order to be made is not shown on it.
    package static func shows(_ record: JSONValue, to account: UniqueIdentifier) -> Bool {
        guard record["op"] != nil, record["door"]?.stringValue == Door.http.rawValue,
            record["user_id"]?.stringValue == account.description
        else {
            return false
        }
        guard record["client"]?["name"]?.stringValue == pageClient, let name = record["op"]?.stringValue else {
            return true
        }
        return Catalogue.standard.definition(of: name)?.isWrite ?? true
    }
}
