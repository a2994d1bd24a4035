import GRDB
import OperationCatalogue

/// What an account's settings may hold: the members of the API's `UserSettings`.
enum UserSettings {
    static let kinds: [(name: String, standard: JSONValue, accepts: @Sendable (JSONValue) -> Bool)] = [
        ("dashboard_done_visibility_seconds", .null, { $0.isNull || ($0.integerValue ?? -1) >= 0 }),
        ("global_done_visibility_seconds", .null, { $0.isNull || ($0.integerValue ?? -1) >= 0 }),
        ("drag_and_drop_enabled", true, { $0.boolValue != nil }),
        ("tracking_enabled", false, { $0.boolValue != nil }),
        ("time_zone", .null, { $0.isNull || (1...64).contains($0.stringValue?.count ?? 0) }),
    ]
}

extension AccountStore {
    func settings(of account: Account) async throws(OperationError) -> JSONObject {
        try await read { try Self.settings(of: account, in: $0) }
    }

    /// Changes some settings; a member that is absent stays.
    ///
    /// - Throws: ``ErrorCode/invalidState`` for a member that is not known or has a value it cannot have.
    func changeSettings(of account: Account, by changes: JSONObject) async throws(OperationError) -> JSONObject {
        try await write { database in
            var settings = try Self.settings(of: account, in: database)
            for member in changes.members {
                guard let kind = UserSettings.kinds.first(where: { $0.name == member.key }), kind.accepts(member.value)
                else {
                    throw OperationError(
                        .invalidState,
                        "\(member.key.prefix(100)): no such setting, or a value that it cannot have; settings are "
                            + UserSettings.kinds.map(\.name).joined(separator: ", "))
                }
                settings[member.key] = .some(member.value)
            }
            try database.execute(
                sql: "UPDATE account SET settings = ? WHERE id = ?",
                arguments: [JSONText(.object(settings)).description, account.id.description])
            return settings
        }
    }

    private static func settings(of account: Account, in database: Database) throws -> JSONObject {
        let text = try String.fetchOne(
            database, sql: "SELECT settings FROM account WHERE id = ?", arguments: [account.id.description])
        var settings = text.flatMap { try? JSONReader.value($0.utf8).objectValue } ?? [:]
        for kind in UserSettings.kinds where settings[kind.name] == nil { settings[kind.name] = .some(kind.standard) }
        return settings
    }
}
