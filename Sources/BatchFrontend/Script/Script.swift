package import OperationCatalogue
package import YAMLEvents

/// What a script says before its steps.
package struct ScriptHeader: Sendable {
    package var name: String?
    package var variables = JSONObject()
    /// The names under `vars`, whether or not the command line gives them another value.
    package var variableNames: [String] = []
    /// The names of those whose values came from the environment.
    var environmentVariables: Set<String> = []
    /// The names of those among them whose values are faulty; `nil` where none of the variables can be known.
    package var faultyVariables: Set<String>? = []
    /// What is probably not meant so.
    package var warnings: [ScriptFault] = []
    /// Whether a step that does not end well keeps the ones after it from being tried (`on_error: stop`, the default).
    package var stopsOnError = true
    /// Whether the arguments of its steps are data, in which `${{` means nothing, where a step does not say otherwise.
    package var isLiteral = false
    package var environment = ScriptEnvironment()
}

/// One operation of a script, with its control words. A class, since it is handed from thread to thread.
package final class Step: Sendable {
    /// Its position in the script, from 1.
    package let number: Int
    package let id: String?
    package let operation: String
    package let mark: YAMLMark
    let condition: Template?
    let elements: Template?
    let arguments: Template
    /// The node of the arguments, for the places of their fields.
    let argumentsNode: YAMLNode?

    /// Whether it must wait for the outcomes of earlier steps.
    let refersToSteps: Bool
    /// What is probably not meant so; only where places are kept.
    package let warnings: [ScriptFault]

    /// A step without anything to evaluate.
    convenience init(number: Int, id: String?, operation: String, mark: YAMLMark, literal: JSONObject) {
        self.init(
            number: number,
            id: id,
            operation: operation,
            mark: mark,
            condition: nil,
            elements: nil,
            arguments: .literal(.object(literal)),
            argumentsNode: nil,
            refersToSteps: false,
            warnings: []
        )
    }

    init(
        number: Int,
        id: String?,
        operation: String,
        mark: YAMLMark,
        condition: Template?,
        elements: Template?,
        arguments: Template,
        argumentsNode: YAMLNode?,
        refersToSteps: Bool,
        warnings: [ScriptFault]
    ) {
        self.number = number
        self.id = id
        self.operation = operation
        self.mark = mark
        self.condition = condition
        self.elements = elements
        self.arguments = arguments
        self.argumentsNode = argumentsNode
        self.refersToSteps = refersToSteps
        self.warnings = warnings
    }
}

extension Step {
    /// Whether there is something to evaluate.
    var isDynamic: Bool {
        if condition != nil || elements != nil { return true }
        if case .literal = arguments { return false }
        return true
    }

    /// Every expression of the step with its place.
    func forEachExpression(_ body: (Expression, YAMLMark) -> Void) {
        condition?.forEachExpression(body)
        elements?.forEachExpression(body)
        arguments.forEachExpression(body)
    }

    /// Every reference of the step with its place.
    func forEachReference(_ body: (Reference, YAMLMark) -> Void) {
        condition?.forEachReference(body)
        elements?.forEachReference(body)
        arguments.forEachReference(body)
    }

    /// The place of an argument, as far down its path as the script's text goes: its value, or its name.
    func mark(ofArgument path: [String], itsName: Bool = false) -> YAMLMark {
        guard var node = argumentsNode else { return mark }
        var place = node.mark
        for name in path {
            switch node.content {
            case .mapping(let pairs):
                guard let pair = pairs.first(where: { $0.key.scalar?.value == name }) else { return place }
                (node, place) = (pair.value, pair.key.mark)
                if path.last == name, !itsName { place = pair.value.mark }
            case .sequence(let items):
                guard let position = Int(name), items.indices.contains(position) else { return place }
                node = items[position]
                place = node.mark
            case .scalar:
                return place
            }
        }
        return place
    }
}
