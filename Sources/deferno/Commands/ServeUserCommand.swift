import ArgumentParser
import BackendServer
import OperationCatalogue
import SQLiteBackend

/// `deferno serve user`: who may sign in.
struct ServeUserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Add, list and reset the users of the server.",
        subcommands: [ServeUserAdd.self, ServeUserList.self, ServeUserReset.self]
    )
}

struct ServeUserAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a user, and print a link with which they set their password.")

    @Argument(help: "The name: letters, digits, dots, hyphens and underscores.")
    var name: String

    @Flag(help: "Print a new token instead of the link, and nothing else.")
    var printToken = false

    @OptionGroup var place: ServeOptions

    func validate() throws {
        if let fault = AccountRules.fault(inName: name) { throw ValidationError(fault) }
    }

    func run() async throws {
        try await place.withAccounts { accounts, store in
            let (account, restored) = try await store.addOrRestoreAccount(named: name, to: accounts)
            if let restored {
                StandardStream.error.writeNow(
                    "deferno: the store has \(restored.tasks) tasks of an earlier user \(restored.name): they are this user's again\n"
                )
            }
            if printToken {
                let token = try await accounts.makeToken(for: account, named: "command line")
                StandardStream.output.writeNow(token.secret.reveal() + "\n")
            } else {
                place.print(try await accounts.invite(account))
            }
        }
    }
}

struct ServeUserList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Print the names of the users, one a line.")

    @OptionGroup var place: ServeOptions

    func run() async throws {
        try await place.withAccounts { accounts, _ in
            for account in try await accounts.accounts() { StandardStream.output.writeNow(account.name + "\n") }
        }
    }
}

struct ServeUserReset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Print a link with which a user sets a new password.")

    @Argument(help: "The name of the user.")
    var name: String

    @OptionGroup var place: ServeOptions

    func run() async throws {
        try await place.withAccounts { accounts, _ in
            guard let account = try await accounts.account(named: name) else {
                throw OperationError(.notFound, "there is no user \(name): deferno serve user list names all")
            }
            place.print(try await accounts.invite(account))
        }
    }
}
