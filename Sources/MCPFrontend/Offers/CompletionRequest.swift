package import OperationCatalogue

/// A request to complete an argument of a prompt or of a resource template: what has to be read for it, and what comes of
/// that.
package struct CompletionRequest: Sendable {
    /// What is to be read first; `nil` where nothing is needed.
    package let read: ResourceRead?
    private let suggestion: Suggestion
    private let typed: String
    /// The label and the status that were filled in before.
    private let context: TaskFilter

    /// - Parameter parameters: `params` of `completion/complete`.
    /// - Throws: ``CompletionFault``.
    package init(_ parameters: JSONObject, selection: ToolSelection) throws(CompletionFault) {
        let argument = try Self.object("argument", of: parameters)
        let name = try Self.text("name", of: argument, in: "argument")
        typed = try Self.text("value", of: argument, in: "argument")
        suggestion = try Self.suggestion(for: name, of: try Self.object("ref", of: parameters), selection)
        context = TaskFilter(
            parameters["context"]?["arguments"]?.objectValue ?? [:],
            besides: name
        )
        let needsTasks = suggestion != .statuses || !context.isEmpty
        read = needsTasks && selection.allowsUse(of: ResourceDefinition.tasks.operation) ? ResourceRead(.tasks) : nil
    }

    /// The values, the best match first.
    ///
    /// - Parameter payload: of ``read``; `nil` where there was nothing to read, or reading has failed.
    package func completion(from payload: JSONText?) -> Completion {
        let tasks = payload.flatMap { try? $0.value() }?.arrayValue.map { $0.filter(context.admits) }
        return switch suggestion {
        case .taskIDs: Completion(TaskMatches(typed, among: tasks ?? []).ids)
        case .statuses: Completion(statuses(of: tasks))
        case .labels: Completion(labels(of: tasks))
        case .statusesAndLabels: Completion(statuses(of: nil) + labels(of: tasks))
        }
    }

    /// The statuses that begin with what was typed: all there are, or those of the tasks that the context leaves.
    private func statuses(of tasks: [JSONValue]?) -> [String] {
        let beginning = typed.lowercased()
        let all = TaskStatus.allCases.map(\.rawValue).filter { $0.hasPrefix(beginning) }
        guard let tasks, !context.isEmpty else { return all }
        let used = Set(tasks.compactMap { $0[.status]?.stringValue })
        return all.filter(used.contains)
    }

    /// The labels of the tasks, the most used first; those that begin with what was typed before those in which a later word
    /// does.
    private func labels(of tasks: [JSONValue]?) -> [String] {
        var counts: [String: Int] = [:]
        for task in tasks ?? [] {
            for label in task[.labels]?.arrayValue ?? [] {
                if let label = label.stringValue { counts[label, default: 0] += 1 }
            }
        }
        let beginning = typed.lowercased()
        let matches = counts.compactMap { label, count -> (label: String, rank: Int, count: Int)? in
            let lowercased = label.lowercased()
            if lowercased.hasPrefix(beginning) { return (label, 0, count) }
            return lowercased.hasWord(beginningWith: beginning) ? (label, 1, count) : nil
        }
        return matches.sorted { ($0.rank, -$0.count, $0.label) < ($1.rank, -$1.count, $1.label) }.map(\.label)
    }
}

// MARK: - Parameters

extension CompletionRequest {
    private static func suggestion(
        for name: String, of reference: JSONObject, _ selection: ToolSelection
    ) throws(CompletionFault) -> Suggestion {
        switch try text("type", of: reference, in: "ref") {
        case "ref/prompt":
            let promptName = try text("name", of: reference, in: "ref")
            let offered = Prompt.offered(by: selection)
            guard let prompt = offered.first(where: { $0.name == promptName }) else {
                throw .prompt(.unknownPrompt(promptName, known: offered.map(\.name)))
            }
            guard let argument = prompt.arguments.first(where: { $0.name == name }) else {
                throw .prompt(.unknownArgument(prompt, name))
            }
            return argument.values
        case "ref/resource":
            let uri = try text("uri", of: reference, in: "ref")
            let catalogue = ResourceCatalogue(selection)
            guard catalogue.templates.contains(where: { $0.uri == uri }) else {
                let isResource = (try? catalogue.read(uri)) != nil
                throw isResource ? .unknownVariable(name, uri) : .resource(.unknown(uri))
            }
            guard name == TaskFields.taskID.name else { throw .unknownVariable(name, uri) }
            return .taskIDs
        case let type:
            throw .malformed("ref.type", "expected ref/prompt or ref/resource, found \(type.quotedBeginning)")
        }
    }

    private static func object(_ name: String, of parameters: JSONObject) throws(CompletionFault) -> JSONObject {
        guard let value = parameters[name] else { throw .malformed(name, "is required") }
        guard let object = value.objectValue else {
            throw .malformed(name, "expected an object, found \(value.shortDescription)")
        }
        return object
    }

    private static func text(
        _ name: String, of object: JSONObject, in place: String
    ) throws(CompletionFault) -> String {
        guard let value = object[name] else { throw .malformed("\(place).\(name)", "is required") }
        guard let text = value.stringValue else {
            throw .malformed("\(place).\(name)", "expected a string, found \(value.shortDescription)")
        }
        return text
    }
}

/// Why nothing can be completed.
package enum CompletionFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A parameter that is missing or mistyped, and what was expected.
    case malformed(String, String)
    case prompt(PromptFault)
    case resource(ResourceFault)
    /// The resource has no such place to fill in.
    case unknownVariable(String, String)

    package var description: String {
        switch self {
        case .malformed(let place, let message): "\(place): \(message)"
        case .prompt(let fault): fault.description
        case .resource(let fault): fault.description
        case .unknownVariable(let name, let uri):
            "\(uri.quotedBeginning) has no variable \(name.quotedBeginning) to complete"
        }
    }
}

/// What the arguments that were filled in before leave of the tasks.
private struct TaskFilter: Sendable {
    let label: String?
    let status: String?

    init(_ arguments: JSONObject, besides name: String) {
        func value(_ argument: PromptArgument) -> String? {
            guard argument.name != name, let text = arguments[argument.name]?.stringValue, !text.isEmpty else {
                return nil
            }
            return text
        }
        label = value(.label)
        status = value(.status)
    }

    var isEmpty: Bool { label == nil && status == nil }

    func admits(_ task: JSONValue) -> Bool {
        if let status, task[.status]?.stringValue != status { return false }
        guard let label else { return true }
        return task[.labels]?.arrayValue?.contains(.string(label)) ?? false
    }
}
