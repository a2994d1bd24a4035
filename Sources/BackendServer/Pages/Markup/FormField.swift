/// The names of the fields that the pages' forms send, as `application/x-www-form-urlencoded`.
package enum FormField: String, Hashable, Sendable, CaseIterable {
    /// The token that shows that a form was made for this visitor; in every form.
    case csrf
    /// Where to go after signing in: a path of this server.
    case next
    case name
    case password
    case passwordAgain = "password_again"
    /// The secret of a setup link.
    case link
    /// The pending sign-in of a program.
    case session
    /// ``Decision`` about a pending sign-in.
    case decision
    /// The UUID of a task.
    case task
    /// The raw value of a `TaskStatus`.
    case status
    /// The identifier of a token, not the token itself.
    case token
    /// The place in the live log behind which to go on.
    case after
}

/// What somebody makes of a program that asks to be signed in.
package enum Decision: String, Hashable, Sendable, CaseIterable {
    case approve
    case deny
}

extension HTML.Interpolation {
    package mutating func appendInterpolation(_ field: FormField) {
        appendInterpolation(field.rawValue)
    }
}

extension FormField {
    /// The field with a value that the form carries without showing it.
    func hidden(_ value: String) -> HTML {
        "<input type=\"hidden\" name=\"\(self)\" value=\"\(value)\"/>"
    }
}
