import OperationCatalogue

/// What is known of the result of a step before it is carried out.
enum ResultForm: Sendable {
    case unknown
    case known(PayloadForm)

    /// The result of a step with `for_each`: one for each element.
    var repeated: ResultForm {
        switch self {
        case .unknown: .unknown
        case .known(let form): .known(.list(of: form))
        }
    }

    /// Why a reference to the step, `steps.<id>.result.<path>` or `steps.<id>.status`, can have no value; `nil` where it may
    /// have one.
    func fault(of reference: Reference) -> String? {
        var form: PayloadForm
        if reference.path.count > 1, reference.path[1] == .name("status") {
            form = .value(.text)
        } else if case .known(let known) = self {
            form = known
        } else {
            return nil
        }
        for position in reference.path.indices.dropFirst(2) {
            switch form.descent(to: reference.path[position]) {
            case .form(let next): form = next
            case .anything: return nil
            case .fault(let message):
                return "\(Reference(root: reference.root, path: Array(reference.path[..<position]))) \(message)"
            }
        }
        return nil
    }
}

private enum Descent {
    case form(PayloadForm)
    case anything
    case fault(String)
}

extension PayloadForm {
    fileprivate func descent(to key: Reference.Key) -> Descent {
        switch (self, key) {
        case (.anything, _): return .anything
        case (.value(let kind), _): return kind.descent(to: key)
        case (.list(let element), .position): return .form(element)
        case (.list, .name(let name)):
            return .fault("is a list: expected a position such as [0] before .\(name)")
        case (.object(let object), .name(let name)):
            if let member = object.members.first(where: { $0.name == name }) { return .form(member.form) }
            if object.isOpen { return .anything }
            let names = object.members.map(\.name)
            let hint =
                nearest(to: name, among: names).map { "did you mean \($0)?" }
                ?? "it has \(names.joined(separator: ", "))"
            return .fault("has no member \(name.debugDescription); \(hint)")
        case (.object, .position(let position)): return .fault("is no list, it has no element \(position)")
        }
    }
}

extension FieldKind {
    fileprivate func descent(to key: Reference.Key) -> Descent {
        switch shape {
        case .list(let element): PayloadForm.list(of: element).descent(to: key)
        case .object(let object): PayloadForm.object(object).descent(to: key)
        case .text, .number, .integer, .boolean: .fault("is a single value, it has no \(key.inWords)")
        }
    }
}
