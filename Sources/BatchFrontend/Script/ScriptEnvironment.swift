import Glibc

/// The environment variables that a script names under `env`, with their values: no others can be had from it, so that a
/// script, and whatever text came into one, reaches only what its author has listed.
package struct ScriptEnvironment: Sendable {
    private var values: [String: Value] = [:]
    /// The names whose values are not UTF-8.
    package private(set) var unreadable: [String] = []

    private enum Value: Sendable {
        case text(String)
        case unset
    }

    init() {}

    /// Takes a variable as it is now.
    ///
    /// - Returns: why it cannot be used; a variable that is not set can be named, and is a fault where it is referred to.
    mutating func add(_ name: String) -> String? {
        guard !name.isEmpty, !name.utf8.contains(0), !name.contains("=") else {
            return "\(name.prefix(100).debugDescription) is not the name of an environment variable"
        }
        guard let bytes = getenv(name) else {
            values[name] = .unset
            return nil
        }
        guard let text = String(validatingCString: bytes) else {
            values[name] = .unset
            unreadable.append(name)
            return "the environment variable \(name) is not valid UTF-8; set it anew"
        }
        values[name] = .text(text)
        return nil
    }

    func value(of name: String) throws(ExpressionFault) -> String {
        switch values[name] {
        case .text(let text): return text
        case .unset: throw ExpressionFault("the environment variable \(name) is not set")
        case nil:
            throw ExpressionFault(
                "the script does not name the environment variable \(name); add it to env, as in env: [\(name)], before "
                    + "steps")
        }
    }

    func names(_ name: String) -> Bool { values[name] != nil }
}
