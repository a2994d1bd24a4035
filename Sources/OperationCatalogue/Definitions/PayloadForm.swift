/// The form of a value in a payload, in the catalogue's own words: what every dialect of the backend's contract keeps to.
/// Payloads may hold more than it says.
package indirect enum PayloadForm: Sendable {
    case value(FieldKind)
    case list(of: PayloadForm)
    case object(PayloadObject)
    /// Left open by the contract, or different from one dialect to another.
    case anything
}

extension PayloadForm {
    /// Whether it is a list, or an object of lists alone.
    var isNothingButLists: Bool {
        switch self {
        case .list: true
        case .object(let object): !object.members.isEmpty && object.members.allSatisfy { $0.form.isList }
        case .value, .anything: false
        }
    }

    private var isList: Bool {
        if case .list = self { return true }
        return false
    }

    /// Whether it is a task, or what is left of one: an object with a task's identifier, or one of nothing but tasks.
    var givesTasks: Bool {
        guard case .object(let object) = self, !object.members.isEmpty else { return false }
        if object.members.contains(where: { $0.name == PayloadMember.id.name }) { return true }
        return object.members.allSatisfy { member in
            switch member.form {
            case .object(let part): part.members.contains { $0.name == PayloadMember.id.name }
            case .list: true
            case .value, .anything: false
            }
        }
    }

    /// Whether it is a list of these objects.
    package func isList(of object: PayloadObject) -> Bool {
        if case .list(of: .object(let element)) = self { return element.name == object.name }
        return false
    }

    /// Whether it is this object.
    package func isObject(_ object: PayloadObject) -> Bool {
        if case .object(let own) = self { return own.name == object.name }
        return false
    }
}

/// An object in a payload.
package struct PayloadObject: Sendable {
    /// Names this form among all forms of objects: `task`.
    package let name: String
    package let members: [PayloadMember]
    /// Whether the backend may give more members of meaning than these.
    package let isOpen: Bool

    package init(_ name: String, _ members: [PayloadMember], isOpen: Bool = false) {
        self.name = name
        self.members = members
        self.isOpen = isOpen
    }
}

/// A member of an object in a payload. A class, since writers of large payloads name each of them many times.
package final class PayloadMember: Sendable {
    package let name: String
    /// The name as it stands in front of a value: quoted, and with its colon.
    let keyText: [UInt8]
    /// What it means, where its name does not say so.
    package let summary: String?
    package let form: PayloadForm
    package let presence: Presence
    /// Bounds of a value that whoever asks gives.
    package let limits: FieldLimits
    /// Whether its value must not reach the log.
    package let isSecret: Bool

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

    package init(
        _ name: String, _ form: PayloadForm, _ presence: Presence = .optional, _ summary: String? = nil,
        limits: FieldLimits = FieldLimits(), isSecret: Bool = false
    ) {
        self.name = name
        self.isSecret = isSecret
        keyText = JSONText(.string(name)).bytes + [UInt8(ascii: ":")]
        self.summary = summary
        self.form = form
        self.presence = presence
        self.limits = limits
    }

    /// A member of the same name and kind as an argument.
    package convenience init<Value>(_ field: Field<Value>, _ presence: Presence = .optional, _ summary: String? = nil) {
        self.init(
            field.name, .value(field.definition.kind), presence, summary, limits: field.definition.limits,
            isSecret: field.definition.isSecret)
    }
}
