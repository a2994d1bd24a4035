import OperationCatalogue
import YAMLEvents

/// Turns the node of a step into a ``Step``.
struct StepReader {
    /// The control words and `op` and `args`: all that a step may hold.
    static let words = ["op", "args", "literal", "id", "when", "for_each"]
    static let maximumIDLength = 200

    private var templates = TemplateReader()
    private var ownFaults: [ScriptFault] = []
    private var operation: String?
    private var id: String?
    private var condition: Template?
    private var elements: Template?
    private var arguments: Template = .literal(.object(JSONObject()))
    private var argumentsNode: YAMLNode?
    private var isLiteral = false
    private var elementsNode: YAMLNode?
    /// Whether an unknown word is there that was probably meant as `op`.
    private var hasMisspelledOperation = false

    /// What the reading of a step has come to: the step, or everything that keeps it from being one.
    struct Reading {
        var step: Step?
        var faults: [ScriptFault] = []
        /// The id that is written there, whether or not the step is faulty.
        var id: String?
    }

    /// - Parameter isLiteral: whether its arguments are data, unless it says otherwise.
    static func read(
        _ pairs: [YAMLPair], at mark: YAMLMark, number: Int, isLiteral: Bool, _ keepsPlaces: Bool
    ) -> Reading {
        let isLiteral = pairs.first { $0.key.scalar?.value == "literal" }?.value.bool ?? isLiteral
        if !keepsPlaces, let step = plainStep(pairs, at: mark, number: number, isLiteral) { return Reading(step: step) }
        var reader = StepReader()
        reader.isLiteral = isLiteral
        for pair in pairs { reader.take(pair) }
        let warnings = keepsPlaces ? reader.warnings : []
        if !keepsPlaces, !reader.isDynamic { reader.argumentsNode = nil }
        let (step, faults) = reader.finish(at: mark, number: number, warnings)
        return Reading(step: step, faults: faults, id: reader.id)
    }

    /// Texts that a comment seems to have cut.
    private var warnings: [ScriptFault] {
        [argumentsNode, elementsNode].flatMap { $0.map { CutText.warnings(in: $0) } ?? [] }
    }

    /// The step, where it holds an operation, literal arguments and perhaps an id, as nearly all do; `nil` where there is
    /// more to look at.
    private static func plainStep(
        _ pairs: [YAMLPair], at mark: YAMLMark, number: Int, _ isLiteral: Bool
    ) -> Step? {
        var operation: String?
        var arguments = JSONObject()
        var id: String?
        for pair in pairs {
            guard case .scalar(let key) = pair.key.content else { return nil }
            switch key.value {
            case "op":
                guard case .scalar(let name) = pair.value.content, !name.value.isEmpty else { return nil }
                operation = name.value
            case "args":
                guard case .object(let object)? = TemplateReader.literal(pair.value, isData: isLiteral) else {
                    return nil
                }
                arguments = object
            case "id":
                guard case .scalar(let name) = pair.value.content, isID(name.value) else { return nil }
                id = name.value
            case "literal":
                guard pair.value.bool != nil else { return nil }
            default: return nil
            }
        }
        guard let operation else { return nil }
        return Step(number: number, id: id, operation: operation, mark: mark, literal: arguments)
    }

    private static func isID(_ text: String) -> Bool { !text.isEmpty && text.utf8.count <= maximumIDLength }

    private mutating func take(_ pair: YAMLPair) {
        let value = pair.value
        switch pair.key.scalar?.value {
        case "op": takeOperation(value)
        case "args": takeArguments(value)
        case "literal":
            if value.bool == nil { fault(value, "literal: expected true or false") }
        case "id": takeID(value)
        case "when": takeCondition(value)
        case "for_each": takeElements(value)
        case let word:
            let meant = word.flatMap { nearest(to: $0, among: Self.words) }
            if meant == "op" { hasMisspelledOperation = true }
            let hint = meant.map { "did you mean \($0)?" } ?? "a step holds \(Self.words.joined(separator: ", "))"
            fault(pair.key, "unknown word \((word ?? "").prefix(100).debugDescription) in a step; \(hint)")
        }
    }

    private mutating func takeOperation(_ node: YAMLNode) {
        guard let scalar = node.scalar, !scalar.value.isEmpty else {
            return fault(node, "op: expected the name of an operation")
        }
        operation = scalar.value
    }

    private mutating func takeArguments(_ node: YAMLNode) {
        templates.isLiteral = isLiteral
        let sound = templates.soundTemplate(node)
        templates.isLiteral = false
        guard let template = sound else { return }
        switch template {
        case .literal(.null): break
        case .literal(.object), .object, .expression:
            arguments = template
            argumentsNode = node
        case .literal, .text, .array:
            fault(node, "args: expected a mapping of field names to values")
        }
    }

    private mutating func takeID(_ node: YAMLNode) {
        guard let text = node.scalar?.value, Self.isID(text) else {
            return fault(node, "id: expected a name of 1 to \(Self.maximumIDLength) bytes")
        }
        id = text
    }

    private mutating func takeCondition(_ node: YAMLNode) {
        guard let template = templates.soundTemplate(node) else { return }
        switch template {
        case .literal(.bool), .expression: condition = template
        default: fault(node, "when: expected true, false or one expression such as ${{ vars.enabled }}")
        }
    }

    private mutating func takeElements(_ node: YAMLNode) {
        guard let template = templates.soundTemplate(node) else { return }
        elementsNode = node
        switch template {
        case .literal(.array), .array, .expression: elements = template
        default: fault(node, "for_each: expected a list or one expression such as ${{ vars.list }}")
        }
    }

    private mutating func fault(_ node: YAMLNode, _ message: String) {
        ownFaults.append(ScriptFault(node.mark, message))
    }

    private func finish(at mark: YAMLMark, number: Int, _ warnings: [ScriptFault]) -> (Step?, [ScriptFault]) {
        var faults = ownFaults + templates.faults
        guard let operation else {
            if !hasMisspelledOperation, !ownFaults.contains(where: { $0.message.hasPrefix("op:") }) {
                faults.append(ScriptFault(mark, "a step needs op, the name of an operation"))
            }
            return (nil, faults)
        }
        var refersToSteps = false
        if isDynamic {
            for template in [condition, elements, arguments] {
                template?.forEachReference { reference, _ in
                    if reference.root == .steps { refersToSteps = true }
                }
            }
        }
        let step = Step(
            number: number,
            id: id,
            operation: operation,
            mark: mark,
            condition: condition,
            elements: elements,
            arguments: arguments,
            argumentsNode: argumentsNode,
            refersToSteps: refersToSteps,
            warnings: warnings
        )
        return (step, faults)
    }

    private var isDynamic: Bool {
        if condition != nil || elements != nil { return true }
        if case .literal = arguments { return false }
        return true
    }
}
