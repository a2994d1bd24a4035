import OperationCatalogue
import YAMLEvents

/// Collects what a document says outside its steps.
struct HeaderReader {
    static let words = ["name", "env", "vars", "literal", "on_error", "steps"]

    var overrides = JSONObject()
    private(set) var header = ScriptHeader()
    private(set) var pairs: [YAMLPair] = []
    /// The keys so far: few, so that they are searched one by one.
    private var seen: [String] = []

    /// More keys than this are refused; the words there are come to nine.
    static let maximumKeys = 32

    private(set) var faults: [ScriptFault] = []

    mutating func begin() {
        header = ScriptHeader()
        if !pairs.isEmpty { pairs.removeAll(keepingCapacity: true) }
        if !seen.isEmpty { seen.removeAll(keepingCapacity: true) }
        faults = []
    }

    /// Whether the document is one operation, and no script.
    var isOperation: Bool {
        seen.contains("op") && !seen.contains("env") && !seen.contains("vars") && !seen.contains("on_error")
    }

    /// Whether a document that is one operation holds nothing but what an operation on the wire has, as in what was made of an
    /// export or a log: then it is data, unless it says otherwise.
    var isWireForm: Bool { !seen.contains("when") && !seen.contains("for_each") }

    /// The header of a document that is one operation.
    var bareHeader: ScriptHeader {
        var header = ScriptHeader()
        header.variables = overrides
        return header
    }

    mutating func take(_ pair: YAMLPair) {
        if admit(pair.key) { pairs.append(pair) }
    }

    /// Notes the key of a list of steps, whose items are read one by one.
    mutating func takeSteps(_ key: YAMLNode) { _ = admit(key) }

    private mutating func admit(_ key: YAMLNode) -> Bool {
        guard let word = key.scalar?.value else {
            fault(key.mark, "expected a word such as steps, found a list or a mapping")
            return false
        }
        guard !seen.contains(word) else {
            fault(key.mark, "the key \(word.prefix(100).debugDescription) occurs twice")
            return false
        }
        guard seen.count < Self.maximumKeys else {
            if seen.count == Self.maximumKeys { fault(key.mark, "more than \(Self.maximumKeys) keys in one document") }
            return false
        }
        seen.append(word)
        return true
    }

    /// Whether there is something in the place of the steps, be it under a name that is misspelled or as an operation's.
    var hasSteps: Bool {
        seen.contains("steps") || seen.contains("op")
            || seen.contains { !Self.words.contains($0) && nearest(to: $0, among: Self.words) == "steps" }
    }

    mutating func fault(_ mark: YAMLMark, _ message: String) {
        faults.append(ScriptFault(mark, message))
    }

    /// Reads the pairs as a script's header; returns everything wrong with them.
    mutating func finishScript() -> [ScriptFault] {
        header.variables = overrides
        // Variables may refer to what it names, wherever it stands.
        for pair in pairs where pair.key.scalar?.value == "env" { takeEnvironment(pair.value) }
        for pair in pairs {
            switch pair.key.scalar?.value {
            case "name": takeName(pair.value)
            case "env": break
            case "literal": takeLiteral(pair.value)
            case "on_error": takeOnError(pair.value)
            case "vars": takeVariables(pair.value)
            case let word: fault(pair.key.mark, Self.unknown(word))
            }
        }
        return faults
    }

    /// What is wrong with a pair that comes after the steps.
    mutating func faults(afterSteps pair: YAMLPair) -> [ScriptFault] {
        faults = []
        guard admit(pair.key) else { return faults }
        switch pair.key.scalar?.value {
        case "name": takeName(pair.value)
        case let word? where Self.words.contains(word):
            fault(pair.key.mark, "\(word) must come before steps, since a script is carried out as it is read")
        case let word: fault(pair.key.mark, Self.unknown(word))
        }
        return faults
    }

    private static func unknown(_ word: String?) -> String {
        let word = word ?? ""
        if StepReader.words.contains(word) {
            return "\(word) belongs in a step; a script holds \(words.joined(separator: ", "))"
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

    private mutating func takeLiteral(_ node: YAMLNode) {
        guard let isLiteral = node.bool else { return fault(node.mark, "literal: expected true or false") }
        header.isLiteral = isLiteral
    }

    private mutating func takeEnvironment(_ node: YAMLNode) {
        guard let items = node.items else {
            if node.scalar?.value.isEmpty == true { return }
            return fault(node.mark, "env: expected a list of names of environment variables, as in [HOME]")
        }
        for item in items {
            guard let name = item.scalar?.value else {
                fault(item.mark, "env: expected the name of an environment variable")
                continue
            }
            if let problem = header.environment.add(name) { fault(item.mark, "env: \(problem)") }
        }
    }

    /// Variables may refer to the environment and to variables above them.
    private mutating func takeVariables(_ node: YAMLNode) {
        guard let pairs = node.pairs else {
            if node.scalar?.value.isEmpty == true { return }
            header.faultyVariables = nil
            return fault(node.mark, "vars: expected a mapping of names to values")
        }
        var templates = TemplateReader()
        var scope = ExpressionScope(variables: overrides, environment: header.environment)
        header.warnings = CutText.warnings(in: node)
        for pair in pairs {
            guard let name = templates.key(pair.key) else { continue }
            header.variableNames.append(name)
            guard overrides[name] == nil else { continue }
            var value: JSONValue = .null
            do {
                if let template = templates.soundTemplate(pair.value) {
                    if template.comesFromEnvironment(header.environmentVariables) {
                        header.environmentVariables.insert(name)
                    }
                    value = try template.value(in: scope)
                    if template.literal == nil { try value.checkSize(at: pair.value.mark) }
                } else {
                    scope.faultyVariables.insert(name)
                }
            } catch {
                if !error.fault.isUnknownYet { fault(error.mark, error.fault.message) }
                scope.faultyVariables.insert(name)
            }
            // The keys of a mapping are unique, so nothing is looked up: that would be quadratic.
            scope.variables?.append(name, value)
        }
        faults += templates.faults
        header.variables = scope.variables ?? overrides
        header.faultyVariables = scope.faultyVariables
    }
}

extension Template {
    /// Whether it refers to the environment, or to a variable that does.
    fileprivate func comesFromEnvironment(_ variables: Set<String>) -> Bool {
        var comes = false
        forEachReference { reference, _ in
            if reference.root == .env { comes = true }
            if reference.root == .vars, let name = reference.firstName, variables.contains(name) { comes = true }
        }
        return comes
    }
}

extension YAMLNode {
    /// The truth value that this is.
    var bool: Bool? {
        if case .bool(let value)? = try? coreValue() { value } else { nil }
    }
}
