import OperationCatalogue
import YAMLEvents

/// Collects what a document says outside its steps.
struct HeaderReader {
    static let words = ["name", "vars", "on_error", "steps"]

    var overrides = JSONObject()
    private(set) var header = ScriptHeader()
    /// The pairs whose keys are words of a script or of a step, each once.
    private(set) var pairs: [YAMLPair] = []
    private var unknown: [YAMLNode] = []
    private var faults: [ScriptFault] = []

    mutating func begin() {
        header = ScriptHeader()
        if !pairs.isEmpty { pairs.removeAll(keepingCapacity: true) }
        unknown = []
        faults = []
    }

    /// Whether the document is one operation, and no script.
    var isOperation: Bool { has("op") && !has("vars") && !has("on_error") }

    private func has(_ word: String) -> Bool { pairs.contains { $0.key.scalar?.value == word } }

    /// The header of a document that is one operation.
    var bareHeader: ScriptHeader {
        var header = ScriptHeader()
        header.variables = overrides
        return header
    }

    mutating func take(_ pair: YAMLPair) {
        guard let word = pair.key.scalar?.value, Self.words.contains(word) || StepReader.words.contains(word) else {
            if unknown.count < ScriptCheck.maximumFaults { unknown.append(pair.key) }
            return
        }
        if has(word) { return fault(pair.key.mark, "the key \(word.debugDescription) occurs twice") }
        pairs.append(pair)
    }

    /// The faults of a document that is one operation, which its step does not find.
    func operationFaults() -> [ScriptFault] {
        faults
            + unknown.map { key in
                let word = (key.scalar?.value ?? "").prefix(100).debugDescription
                let words = StepReader.words.joined(separator: ", ")
                return ScriptFault(key.mark, "unknown word \(word) in an operation; it holds \(words)")
            }
    }

    mutating func fault(_ mark: YAMLMark, _ message: String) {
        faults.append(ScriptFault(mark, message))
    }

    /// Reads the pairs as a script's header; returns everything wrong with them.
    mutating func finishScript() -> [ScriptFault] {
        header.variables = overrides
        for key in unknown { fault(key.mark, Self.unknown(key.scalar?.value)) }
        for pair in pairs {
            switch pair.key.scalar?.value {
            case "name": takeName(pair.value)
            case "on_error": takeOnError(pair.value)
            case "vars": takeVariables(pair.value)
            case let word: fault(pair.key.mark, Self.unknown(word))
            }
        }
        return faults
    }

    /// What is wrong with a pair that comes after the steps.
    func faultAfterSteps(_ pair: YAMLPair) -> ScriptFault? {
        switch pair.key.scalar?.value {
        case "name": nil
        case let word? where Self.words.contains(word) && word != "steps":
            ScriptFault(pair.key.mark, "\(word) must come before steps, since a script is carried out as it is read")
        case "steps": ScriptFault(pair.key.mark, "the key \"steps\" occurs twice")
        case let word: ScriptFault(pair.key.mark, Self.unknown(word))
        }
    }

    private static func unknown(_ word: String?) -> String {
        let word = word ?? ""
        if StepReader.words.contains(word) {
            return "\(word) belongs into a step; a script holds \(words.joined(separator: ", "))"
        }
        let hint =
            nearest(to: word, among: words).map { "did you mean \($0)?" }
            ?? "a script holds \(words.joined(separator: ", "))"
        return "unknown word \(word.prefix(100).debugDescription) in a script; \(hint)"
    }

    private mutating func takeName(_ node: YAMLNode) {
        guard let scalar = node.scalar else { return fault(node.mark, "name: expected a text") }
        header.name = scalar.value
    }

    private mutating func takeOnError(_ node: YAMLNode) {
        switch node.scalar?.value {
        case "stop": header.stopsOnError = true
        case "continue": header.stopsOnError = false
        default: fault(node.mark, "on_error: expected stop or continue")
        }
    }

    /// Variables may refer to the environment and to variables above them.
    private mutating func takeVariables(_ node: YAMLNode) {
        guard let pairs = node.pairs else {
            if node.scalar?.value.isEmpty == true { return }
            return fault(node.mark, "vars: expected a mapping of names to values")
        }
        var templates = TemplateReader()
        var scope = ExpressionScope(variables: overrides)
        for pair in pairs {
            guard let name = templates.key(pair.key), overrides[name] == nil else { continue }
            var value: JSONValue = .null
            do {
                value = try templates.template(pair.value).value(in: scope)
            } catch {
                fault(error.mark, error.fault.message)
            }
            scope.variables?[name] = value
        }
        faults += templates.faults
        header.variables = scope.variables ?? overrides
    }
}
