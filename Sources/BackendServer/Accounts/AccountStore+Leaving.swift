import GRDB
package import OperationCatalogue

/// How somebody's access ends. What one of these does holds at once in the process that does it, and in every other within the
/// second for which ``BearerCache`` believes a token.
extension AccountStore {
    /// Everything that lets somebody in, or will.
    private static let access = ["token", "session", "device", "invitation", "sign_in"]

    /// Ends all access: tokens, browsers' sessions, links and sign-ins under way are no longer good, nor is the password. A new
    /// link (``invite(_:)``) begins anew.
    package func endAccess(of account: Account) async throws(OperationError) {
        defer { bearers.removeAll() }
        try await write { database in
            for table in Self.access {
                try database.execute(
                    sql: "DELETE FROM \(table) WHERE account = ?", arguments: [account.id.description])
            }
            try database.execute(
                sql: "UPDATE account SET password = NULL WHERE id = ?", arguments: [account.id.description])
        }
    }

    /// Ends all access, and lets in nobody by this name until it is enabled again.
    package func disable(_ account: Account) async throws(OperationError) {
        try await setDisabled(true, account)
        try await endAccess(of: account)
    }

    /// Takes ``disable(_:)`` back. What it ended stays ended.
    package func enable(_ account: Account) async throws(OperationError) { try await setDisabled(false, account) }

    private func setDisabled(_ isDisabled: Bool, _ account: Account) async throws(OperationError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE account SET disabled = ? WHERE id = ?", arguments: [isDisabled, account.id.description])
        }
    }

    /// Ends all access and forgets the account. The owner of its tasks stays in the store with its name, which nobody can choose
    /// on a page.
    package func remove(_ account: Account) async throws(OperationError) {
        try await endAccess(of: account)
        try await write { database in
            try database.execute(sql: "DELETE FROM account WHERE id = ?", arguments: [account.id.description])
        }
    }
}
