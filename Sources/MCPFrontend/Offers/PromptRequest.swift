package import OperationCatalogue

/// A prompt that somebody has chosen, with its arguments: what is to be read for it, and the messages it becomes.
package struct PromptRequest: Sendable {
    package let prompt: Prompt
    /// What is to be read, in the order in which the messages show it.
    package let reads: [ResourceRead]
    private let instructions: String
    private let selection: ToolSelection

    /// The most bytes of payloads that a prompt carries, as strings within the reply: all of it goes before a model at once.
    static let bound = 80_000

    /// - Parameter arguments: `arguments` of `prompts/get`: texts by name. An optional one that is empty counts as absent.
    /// - Throws: ``PromptFault``.
    package init(_ name: String, _ arguments: JSONObject, selection: ToolSelection) throws(PromptFault) {
        let offered = Prompt.offered(by: selection)
        guard let prompt = offered.first(where: { $0.name == name }) else {
            throw .unknownPrompt(name, known: offered.map(\.name))
        }
        let values = try Self.check(arguments, of: prompt)
        self.prompt = prompt
        self.selection = selection
        switch prompt {
        case .planMyDay:
            reads = [ResourceRead(.today)]
            instructions = PromptText.planMyDay(
                label: values[PromptArgument.label.name], status: values[PromptArgument.status.name], selection)
        case .weeklyReview:
            reads = [ResourceRead(.moodHistory), ResourceRead(.tasks)]
            instructions = PromptText.weeklyReview(focus: values[PromptArgument.focus.name], selection)
        case .breakDownTask:
            let text = values[PromptArgument.taskID.name] ?? ""
            guard let id = UniqueIdentifier(text) else {
                let message = "expected a UUID, found \(text.quotedBeginning)"
                throw .invalidArgument(prompt, PromptArgument.taskID.name, message)
            }
            reads = [ResourceRead(task: id)]
            instructions = PromptText.breakDownTask(id, selection)
        }
    }

    /// Appends the members `description` and `messages` of a `GetPromptResult` into an object that has begun: one message
    /// for each payload, as an embedded resource, one for each that is not whole, and one that says what to do with them.
    ///
    /// - Parameter payloads: one for each of ``reads``.
    package func writeMembers(_ payloads: [JSONText], to writer: inout JSONWriter) {
        writer.key("description")
        writer.string(prompt.description)
        writer.key("messages")
        writer.beginArray()
        // What is still to be done tells more than what is over.
        let excerpts = Excerpt.sharing(Self.bound, payloads) { TaskMatches.isActive($0) }
        for (read, excerpt) in zip(reads, excerpts) {
            writer.userMessage { writer in
                writer.beginObject()
                writer.key("type")
                writer.string("resource")
                writer.key("resource")
                read.writeContents(excerpt.text, to: &writer)
                writer.endObject()
            }
            if let note = excerpt.note(on: read, selection) {
                writer.userMessage { writer in writer.textBlock { $0.string(note) } }
            }
        }
        writer.userMessage { writer in writer.textBlock { $0.string(instructions) } }
        writer.endArray()
    }

    private static func check(_ arguments: JSONObject, of prompt: Prompt) throws(PromptFault) -> [String: String] {
        var values: [String: String] = [:]
        for member in arguments.members {
            guard let argument = prompt.arguments.first(where: { $0.name == member.key }) else {
                throw .unknownArgument(prompt, member.key)
            }
            if member.value.isNull { continue }
            if let text = try value(member.value, of: argument, prompt) { values[argument.name] = text }
        }
        for argument in prompt.arguments where argument.isRequired && values[argument.name] == nil {
            throw .missingArgument(prompt, argument.name)
        }
        return values
    }

    /// The text of an argument; `nil` for an empty one.
    private static func value(
        _ json: JSONValue, of argument: PromptArgument, _ prompt: Prompt
    ) throws(PromptFault) -> String? {
        guard let text = json.stringValue else {
            throw .invalidArgument(prompt, argument.name, "expected a string, found \(json.shortDescription)")
        }
        let count = text.unicodeScalars.count
        guard count <= PromptArgument.maximumLength else {
            let most = PromptArgument.maximumLength
            throw .invalidArgument(prompt, argument.name, "expected at most \(most) characters, found \(count)")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .invalidArgument(prompt, argument.name, "expected one line of text, found a control character")
        }
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        if argument.values == .statuses, TaskStatus(rawValue: text) == nil {
            let names = TaskStatus.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidArgument(prompt, argument.name, "expected one of \(names), found \(text.quotedBeginning)")
        }
        return text
    }
}

extension JSONWriter {
    /// Writes a message of the user with one block of content, which `body` writes.
    fileprivate mutating func userMessage(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        key("role")
        string("user")
        key("content")
        body(&self)
        endObject()
    }
}

/// Why a prompt cannot be given.
package enum PromptFault: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownPrompt(String, known: [String])
    case missingArgument(Prompt, String)
    case unknownArgument(Prompt, String)
    /// What was expected of it and what was found.
    case invalidArgument(Prompt, String, String)

    package var description: String {
        switch self {
        case .unknownPrompt(let name, let known):
            "Unknown prompt \(name.quotedBeginning); "
                + Self.hint(name, among: known, otherwise: "there are no prompts")
        case .missingArgument(let prompt, let name):
            "\(prompt.name): \(name): is required"
        case .unknownArgument(let prompt, let name):
            "\(prompt.name): \(name.quotedBeginning): unknown argument; "
                + Self.hint(name, among: prompt.arguments.map(\.name), otherwise: "it takes none")
        case .invalidArgument(let prompt, let name, let message):
            "\(prompt.name): \(name): \(message)"
        }
    }

    private static func hint(_ name: String, among known: [String], otherwise none: String) -> String {
        if known.isEmpty { return none }
        return nearest(to: name, among: known).map { "did you mean \($0)?" }
            ?? "expected one of \(known.joined(separator: ", "))"
    }
}
