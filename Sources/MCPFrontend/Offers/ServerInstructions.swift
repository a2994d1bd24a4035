import OperationCatalogue

/// What a model is told of this server as a whole, in the seed's words where those fit. Only what is offered is named.
package enum ServerInstructions {
    package static func text(for selection: ToolSelection, _ signIn: SignInAdvice = SignInAdvice()) -> String {
        [
            "Tools for managing a user's Deferno tasks.", selection.changes, signingIn(selection, signIn),
            reading(selection),
            changing(selection), restructuring(selection), caution(selection),
        ].compactMap(\.self).joined(separator: " ")
    }

    private static func signingIn(_ selection: ToolSelection, _ signIn: SignInAdvice) -> String? {
        guard !selection.definitions.isEmpty else { return nil }
        if let start = selection.name(StartAuth.definition), let complete = selection.name(CompleteAuth.definition) {
            return """
                If any tool returns a 401 error, call \(start) to begin authentication — it returns a URL for the user \
                to open in their browser. After they sign in, ask them to paste the code shown on screen and call \
                \(complete) with it.
                """
        }
        return "If any tool returns a 401 error, ask the user to run `\(signIn.command)` in a terminal, and try again."
    }

    private static func reading(_ selection: ToolSelection) -> String? {
        let tasks =
            selection.allowsUse(of: ListTasks.definition) ? "the `\(ResourceDefinition.tasks.uri)` resource" : nil
        let listing = [selection.name(ListTasks.definition), tasks].compactMap(\.self).joined(separator: " or ")
        let uses = [
            selection.name(WhoAmI.definition).map { "\($0) to confirm auth" },
            listing.isEmpty ? nil : "\(listing) to index tasks",
            selection.name(SearchTasks.definition).map { "\($0) to find some by their words" },
            selection.name(GetDailyTasks.definition).map { "\($0) for what to do today" },
            selection.name(GetMoodHistory.definition).map { "\($0) for how finished tasks felt" },
        ].compactMap(\.self)
        return uses.isEmpty ? nil : "Use \(uses.enumerated(by: "and"))."
    }

    private static func changing(_ selection: ToolSelection) -> String? {
        let names = [CreateTask.definition, UpdateTask.definition, SetTaskStatus.definition].compactMap(selection.name)
        return names.isEmpty ? nil : "Use \(names.joined(separator: " / ")) for normal changes."
    }

    private static func restructuring(_ selection: ToolSelection) -> String? {
        let uses = [
            selection.name(SplitTask.definition).map { "\($0) to decompose a task" },
            selection.name(FoldTask.definition).map { "\($0) to insert a next step" },
            selection.name(MergeTask.definition).map { "\($0) to roll children back into their parent" },
            selection.name(MoveTask.definition).map { "\($0) to put a task elsewhere" },
        ].compactMap(\.self)
        return uses.isEmpty ? nil : "Use \(uses.enumerated(by: "and"))."
    }

    private static func caution(_ selection: ToolSelection) -> String? {
        guard selection.definitions.contains(where: \.isWrite) else { return nil }
        let destructive = selection.definitions.filter { $0.effect == .destroy }.compactMap(selection.name)
        let asking = destructive.isEmpty ? nil : "Ask the user before \(destructive.enumerated(by: "or"))."
        let looking = "When a result says that it is not known whether something happened, look before you repeat it."
        return [asking, looking].compactMap(\.self).joined(separator: " ")
    }
}

extension ToolSelection {
    /// The name of a tool as the instructions write it; `nil` where it is not offered.
    fileprivate func name(_ definition: OperationDefinition) -> String? {
        offersTool(definition.name) ? "`\(definition.name)`" : nil
    }

    /// Said where nothing can be changed.
    fileprivate var changes: String? {
        definitions.contains(where: \.isWrite) ? nil : "Nothing can be changed here, only read."
    }
}

extension [String] {
    /// `a, b, and c`.
    fileprivate func enumerated(by word: String) -> String {
        switch count {
        case ...1: joined()
        case 2: joined(separator: " \(word) ")
        default: "\(dropLast().joined(separator: ", ")), \(word) \(self[count - 1])"
        }
    }
}
