import ArgumentParser
import BackendServer
import OperationCatalogue
import OperationPipeline
import SQLiteBackend
import SQLiteFile

/// `deferno store`: the embedded store's files.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Back up, restore and check the embedded store.",
        subcommands: [StoreBackup.self, StoreRestore.self, StoreCheck.self]
    )
}

struct StoreBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the store, and the accounts of a server, into a new folder.",
        discussion: """
            Whoever uses the store meanwhile, a server too, need not be stopped: the copy is of one moment. The folder has a \
            list with the checksum of each file, which 'deferno store restore' looks at.
            """
    )

    @OptionGroup var options: StoreOptions

    @Argument(help: "The folder to make.")
    var folder: String

    func run() async throws {
        let databases = StoreDatabases(path: try options.path())
        do throws(OperationError) {
            try await databases.tasks.open()
            let backup = BackupFolder(path: folder)
            let entries = try await backup.make(of: databases.present, version: Deferno.version, at: .now)
            for entry in entries {
                StandardStream.output.append("\(entry.checksum)  \(backup.path(of: entry.name).escapedForTerminal)\n")
            }
            StandardStream.output.writeNow("")
        } catch {
            await databases.close()
            throw error.reported()
        }
        await databases.close()
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
    }
}

struct StoreRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the store and its accounts.",
        discussion: """
            Every process that uses the store must have ended. What was there is kept in a folder beside the store, whose name \
            is printed.
            """
    )

    @OptionGroup var options: StoreOptions

    @Argument(help: "The folder that 'deferno store backup' has made.")
    var folder: String

    func run() async throws {
        let path = try options.path()
        let (kept, hasKept): (String, Bool)
        do throws(OperationError) {
            let backup = BackupFolder(path: folder)
            let names = Set(try backup.checkedEntries().map(\.name))
            try await Self.check(backup, names)
            let parts = [
                (path, DatabaseKind.taskStore.noun, StoreDatabases.tasksName),
                (path + AccountStore.suffix, DatabaseKind.accounts.noun, StoreDatabases.accountsName),
            ]
            let restore = DatabaseRestore(
                parts.map { path, noun, name in
                    DatabaseRestore.Part(
                        path: path, noun: noun, copy: names.contains(name) ? backup.path(of: name) : nil)
                }, at: .now)
            hasKept = try restore.run()
            kept = restore.keptFolder
        } catch {
            throw error.reported()
        }
        StandardStream.output.writeNow("restored \(path.escapedForTerminal) from \(folder.escapedForTerminal)\n")
        if hasKept { StandardStream.output.writeNow("what was there is in \(kept.escapedForTerminal)\n") }
    }

    /// - Throws: ``ErrorCode/invalidState`` where the backup has no store, or one of its databases is damaged.
    private static func check(_ backup: BackupFolder, _ names: Set<String>) async throws(OperationError) {
        guard names.contains(StoreDatabases.tasksName) else {
            throw OperationError(.invalidState, "the backup \(backup.path) has no \(StoreDatabases.tasksName)")
        }
        let kinds: [(String, DatabaseKind)] = [
            (StoreDatabases.tasksName, .taskStore), (StoreDatabases.accountsName, .accounts),
        ]
        for (name, kind) in kinds where names.contains(name) {
            let copy = SQLiteFile(path: backup.path(of: name), kind: kind, mayWrite: false)
            let fault = try await copy.faults().first
            await copy.close()
            if let fault {
                throw OperationError(
                    .invalidState, "\(backup.path(of: name)) is damaged: \(fault); take another backup")
            }
        }
    }
}

struct StoreCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read the whole store and its accounts, and say what is wrong with them.",
        discussion: "Changes nothing, and may run beside a server. Ends with 1 where something is wrong."
    )

    @OptionGroup var options: StoreOptions

    func run() async throws {
        let path = try options.path()
        let databases = StoreDatabases(path: path)
        var isGood = true
        do throws(OperationError) {
            try await databases.tasks.open()
            for (_, file) in databases.present.reversed() {
                let faults = try await file.faults()
                isGood = isGood && faults.isEmpty
                Self.show(file.description, faults)
            }
            let lost = try await Self.accountsWithoutOwner(path, databases)
            isGood = isGood && lost.isEmpty
            for name in lost {
                let fault = "the account \(name) has no place in the store: the two files are of different times"
                Self.show(databases.accounts.description, [fault])
            }
        } catch {
            await databases.close()
            throw error.reported()
        }
        await databases.close()
        if !isGood { throw ExitStatus.operationFailed.exitCode }
    }

    private static func show(_ subject: String, _ faults: [String]) {
        if faults.isEmpty { return StandardStream.output.writeNow("\(subject.escapedForTerminal): ok\n") }
        for fault in faults {
            StandardStream.error.writeNow(
                "deferno: error: \(subject.escapedForTerminal): \(fault.escapedForTerminal)\n")
        }
    }

    /// Accounts whose place for tasks is not in the store: the two files are of different times.
    private static func accountsWithoutOwner(
        _ path: String, _ databases: StoreDatabases
    ) async throws(OperationError) -> [String] {
        guard databases.present.count == 2 else { return [] }
        let backend = SQLiteBackend(location: SQLiteLocation(path: path), mayWrite: false)
        let accounts = AccountStore(path: path + AccountStore.suffix, mayWrite: false)
        let owners = Set(try await backend.owners().map(\.id))
        let lost = try await accounts.accounts().filter { !owners.contains($0.id) }.map(\.name)
        await accounts.close()
        await backend.close()
        return lost
    }
}
