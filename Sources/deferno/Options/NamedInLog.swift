import ArgumentParser
import OperationCatalogue
import OperationLog

/// Finds in a log what the command line names by less than its identifier.
struct NamedInLog {
    private let files: LogFiles
    private var search: IdentifierSearch { IdentifierSearch(files.paths) }

    init(_ files: LogFiles) { self.files = files }

    /// - Parameter option: where it stands: `--task`, or the argument of `log why`.
    /// - Throws: a fault of the command line where no task is ever called so.
    static func taskName(_ text: String, _ option: String) throws -> IdentifierSearch.TaskName {
        guard let name = IdentifierSearch.TaskName(text) else {
            throw ValidationError(
                "\(option): expected a task's id, the beginning of it (8 characters or more), local-12, #12 or 12, found "
                    + "'\(text)'")
        }
        return name
    }

    /// - Throws: a fault of the command line where no run is ever called so.
    static func runName(_ text: String) throws -> String {
        let text = text[...].trimmed.lowercased()
        guard IdentifierSearch.isBeginning(text) else {
            throw ValidationError(
                "--run: expected a run's id, or the beginning of it, \(IdentifierSearch.shortest) characters or more, found "
                    + "'\(text)'; log show --runs lists them")
        }
        return text
    }

    /// The identifier of the task that is called so.
    ///
    /// - Throws: a fault of the command line where there is none, or more than one.
    func task(_ name: IdentifierSearch.TaskName, _ option: String) throws -> String {
        if case .identifier(let id) = name { return id }
        try refuseIfReadOnce(option, "task")
        return try only(search.tasks(name), option, "task", "\(name)")
    }

    /// - Throws: a fault of the command line where there is none, or more than one.
    func run(_ beginning: String) throws -> String {
        if UniqueIdentifier(beginning) != nil { return beginning }
        try refuseIfReadOnce("--run", "run")
        return try only(search.runs(beginning), "--run", "run", "an id that begins with \(beginning)")
    }

    private func refuseIfReadOnce(_ option: String, _ noun: String) throws {
        guard files.canBeReadAgain else {
            throw ValidationError(
                "\(option): what comes through a pipe is read once, so the \(noun) cannot be looked up in it: give its whole "
                    + "id")
        }
    }

    private func only(
        _ found: [IdentifierSearch.Found], _ option: String, _ noun: String, _ name: String
    ) throws -> String {
        guard let first = found.first else {
            throw ValidationError("\(option): no \(noun) in the log has \(name)")
        }
        if found.count == 1 { return first.id }
        let list = found.map { $0.title.isEmpty ? $0.id : "\($0.id) (\($0.title))" }.joined(separator: ", ")
        throw ValidationError("\(option): several \(noun)s in the log have \(name): \(list)".escapedForTerminal)
    }
}

extension IdentifierSearch.TaskName: CustomStringConvertible {
    var description: String {
        switch self {
        case .identifier(let id): "the id \(id)"
        case .beginning(let text): "an id that begins with \(text)"
        case .reference(let text): "the name \(text)"
        case .number(let number): "the number \(number)"
        }
    }
}
