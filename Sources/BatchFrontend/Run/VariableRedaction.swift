import OperationCatalogue

/// Which variables of a run must not be read in the log.
///
/// Hidden are values that came from the environment, and those whose name, or that of a member inside them, says that they
/// are secret. The names stay.
package enum VariableRedaction {
    /// A name with one of these among its words is that of a secret.
    static let secretWords: Set<String> = [
        "token", "tokens", "password", "passwords", "passwd", "passphrase", "pass", "pwd", "secret", "secrets", "key",
        "keys",
        "apikey", "credential", "credentials", "auth", "authorization", "bearer", "cookie", "otp", "pin",
    ]

    /// - Parameter hidden: the names of those that came from the environment.
    static func safe(_ variables: JSONObject, hiding hidden: Set<String>) -> JSONObject {
        var safe = JSONObject()
        for member in variables.members {
            safe.append(member.key, hidden.contains(member.key) ? redacted : value(member.value, of: member.key))
        }
        return safe
    }

    private static let redacted = JSONValue.string(Secret.redacted)

    private static func value(_ value: JSONValue, of name: String) -> JSONValue {
        if saysSecret(name) { return redacted }
        switch value {
        case .object(let object): return .object(safe(object, hiding: []))
        case .array(let elements): return .array(elements.map { self.value($0, of: name) })
        default: return value
        }
    }

    /// Words are what underscores, hyphens, other signs and digits part, and a capital after a small letter.
    static func saysSecret(_ name: String) -> Bool {
        var word = ""
        var wasSmall = false
        for character in name {
            if !character.isLetter || character.isUppercase && wasSmall {
                if secretWords.contains(word) { return true }
                word = ""
            }
            if character.isLetter { word += character.lowercased() }
            wasSmall = character.isLowercase
        }
        return secretWords.contains(word)
    }
}
