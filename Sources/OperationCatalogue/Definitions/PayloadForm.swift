/// The form of a value in a payload, in the catalogue's own words: what every dialect of the backend's contract keeps to.
/// Payloads may hold more than it says.
package indirect enum PayloadForm: Sendable {
    case value(FieldKind)
    case list(of: PayloadForm)
    case object(PayloadObject)
    /// Left open by the contract, or different from one dialect to another.
    case anything
}

/// An object in a payload.
package struct PayloadObject: Sendable {
    /// Names this form among all forms of objects: `task`.
    package let name: String
    package let members: [PayloadMember]

    package init(_ name: String, _ members: [PayloadMember]) {
        self.name = name
        self.members = members
    }
}

/// A member of an object in a payload.
package struct PayloadMember: Sendable {
    package let name: String
    /// What it means, where its name does not say so.
    package let summary: String?
    package let form: PayloadForm
    package let presence: Presence

    package enum Presence: Hashable, Sendable {
        /// There in every dialect, and never `null`.
        case required
        /// There in every dialect, or `null`.
        case requiredOrNull
        /// May be absent, is never `null`.
        case optional
        /// May be absent or `null`.
        case optionalOrNull
    }

    package init(_ name: String, _ form: PayloadForm, _ presence: Presence = .optional, _ summary: String? = nil) {
        self.name = name
        self.form = form
        self.presence = presence
        self.summary = summary
    }

    /// A member of the same name and kind as an argument.
    package init<Value>(_ field: Field<Value>, _ presence: Presence = .optional, _ summary: String? = nil) {
        self.init(field.name, .value(field.definition.kind), presence, summary)
    }
}
