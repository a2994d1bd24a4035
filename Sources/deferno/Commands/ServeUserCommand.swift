import ArgumentParser
import BackendServer
import OperationCatalogue
import SQLiteBackend

/// `deferno serve user`: who may sign in.
struct ServeUserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Add, list, reset, disable and remove the users of the server.",
        discussion: """
            A server that runs need not be stopped for it: within a second it lets nobody in any more whose access has ended.
            """,
        subcommands: [
            ServeUserAdd.self, ServeUserList.self, ServeUserReset.self, ServeUserDisable.self, ServeUserEnable.self,
            ServeUserRemove.self,
        ]
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
        commandName: "list", abstract: "Print the names of the users, one a line, and which of them are disabled.")

    @OptionGroup var place: ServeOptions

    func run() async throws {
        try await place.withAccounts { accounts, _ in
            let disabled = try await accounts.disabledAccounts()
            for account in try await accounts.accounts() {
                StandardStream.output.writeNow(account.name + (disabled.contains(account) ? " (disabled)" : "") + "\n")
            }
        }
    }
}

/// The commands about one user that there is.
struct NamedUser: ParsableArguments {
    @Argument(help: "The name of the user.")
    var name: String

    @OptionGroup var place: ServeOptions

    func withAccount(_ body: (AccountStore, Account) async throws -> Void) async throws {
        try await place.withAccounts { accounts, _ in
            guard let account = try await accounts.account(named: name) else {
                throw OperationError(.notFound, "there is no user \(name): deferno serve user list names all")
            }
            try await body(accounts, account)
        }
    }
}

struct ServeUserReset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "End a user's access, and print a link with which they set a new password.",
        discussion: "Their password, their tokens and their browsers' sessions are no longer good.")

    @OptionGroup var user: NamedUser

    func run() async throws {
        try await user.withAccount { accounts, account in
            guard try await !accounts.disabledAccounts().contains(account) else {
                throw OperationError(
                    .invalidState, "\(account.name) is disabled: deferno serve user enable \(account.name) comes first")
            }
            try await accounts.endAccess(of: account)
            user.place.print(try await accounts.invite(account))
        }
    }
}

struct ServeUserDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "End a user's access and let them in no more, until they are enabled again.",
        discussion: """
            Their password, their tokens and their browsers' sessions are no longer good. Their tasks stay as they are.
            """)

    @OptionGroup var user: NamedUser

    func run() async throws {
        try await user.withAccount { accounts, account in try await accounts.disable(account) }
    }
}

struct ServeUserEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let a disabled user in again, and print a link with which they set a new password.")

    @OptionGroup var user: NamedUser

    func run() async throws {
        try await user.withAccount { accounts, account in
            try await accounts.enable(account)
            user.place.print(try await accounts.invite(account))
        }
    }
}

struct ServeUserRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "End a user's access and forget the account.",
        discussion: """
            Their tasks stay in the store under their name, which nobody can choose on a page.
            """)

    @OptionGroup var user: NamedUser

    func run() async throws {
        try await user.withAccount { accounts, account in try await accounts.remove(account) }
    }
}
