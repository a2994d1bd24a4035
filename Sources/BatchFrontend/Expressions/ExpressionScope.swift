import OperationCatalogue

/// What the references of a step can see.
struct ExpressionScope: Sendable {
    /// The script's variables; `nil` while they are not known yet.
    var variables: JSONObject?
    /// Variables whose values are not known, since they are faulty themselves: no other fault is to come of that.
    var faultyVariables: Set<String> = []
    /// The element that `for_each` is at.
    var item: Binding = .none
    var index: Binding = .none
    /// What is known of earlier steps, by id.
    var steps: [String: StepRecord] = [:]
    /// Whether steps that are not in ``steps`` may still come to be known: during the check, before anything ran.
    var stepsAreUnknownYet = false
    var environment = ScriptEnvironment()

    enum Binding: Sendable {
        /// There is no `for_each`.
        case none
        case unknownYet
        case value(JSONValue)
    }

    func value(of expression: Expression) throws(ExpressionFault) -> JSONValue {
        switch expression {
        case .literal(let value): return value
        case .reference(let reference): return try value(of: reference)
        case .not(let operand): return .bool(try !condition(operand))
        case .and(let left, let right): return .bool(try condition(left) ? try condition(right) : false)
        case .or(let left, let right): return .bool(try condition(left) ? true : try condition(right))
        case .equal(let left, let right): return .bool(Self.areEqual(try value(of: left), try value(of: right)))
        case .text(let operand): return .string(try value(of: operand).asText)
        case .notEqual(let left, let right): return .bool(!Self.areEqual(try value(of: left), try value(of: right)))
        }
    }

    /// The value of an expression that must be true or false.
    func condition(_ expression: Expression) throws(ExpressionFault) -> Bool {
        let value = try value(of: expression)
        guard case .bool(let isTrue) = value else {
            throw ExpressionFault("expected true or false, found \(value.shortDescription)")
        }
        return isTrue
    }

    /// Why the name that a reference begins with is not there: a variable, or an environment variable that the script does
    /// not list; `nil` where it is, or the reference has another root.
    func missingName(in reference: Reference) -> ExpressionFault? {
        do throws(ExpressionFault) {
            switch reference.root {
            case .vars: _ = try variable(Reference(root: .vars, path: Array(reference.path.prefix(1))))
            case .env:
                if let name = reference.firstName, !environment.names(name) { _ = try environment.value(of: name) }
            case .item, .index, .steps: break
            }
            return nil
        } catch {
            return error.isUnknownYet ? nil : error
        }
    }

    /// Why a reference can have no value, whatever comes to be known; `nil` where it may have one.
    func fault(of reference: Reference) -> String? {
        do throws(ExpressionFault) {
            _ = try value(of: reference)
            return nil
        } catch {
            return error.isUnknownYet ? nil : error.message
        }
    }

    private static func areEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.integer(let integer), .number(let number)), (.number(let number), .integer(let integer)):
            Double(integer) == number
        default: left == right
        }
    }

    private func value(of reference: Reference) throws(ExpressionFault) -> JSONValue {
        switch reference.root {
        case .vars: try variable(reference)
        case .env: try environmentVariable(reference)
        case .item: try bound(item, reference)
        case .index: try bound(index, reference)
        case .steps: try stepValue(reference)
        }
    }

    private func variable(_ reference: Reference) throws(ExpressionFault) -> JSONValue {
        guard let variables else { throw ExpressionFault("vars are not known yet", isUnknownYet: true) }
        guard let name = reference.firstName else {
            throw ExpressionFault("expected the name of a variable after vars, as in vars.name")
        }
        if faultyVariables.contains(name) { throw ExpressionFault("vars.\(name) is faulty", isUnknownYet: true) }
        guard let value = variables[name] else {
            let hint = nearest(to: name, among: variables.members.map(\.key)).map { "; did you mean vars.\($0)?" }
            throw ExpressionFault("vars.\(name) is not defined\(hint ?? "")")
        }
        return try value.descend(reference, from: 1)
    }

    private func environmentVariable(_ reference: Reference) throws(ExpressionFault) -> JSONValue {
        guard let name = reference.firstName, reference.path.count == 1 else {
            throw ExpressionFault("expected the name of one environment variable after env, as in env.HOME")
        }
        return .string(try environment.value(of: name))
    }

    private func bound(_ binding: Binding, _ reference: Reference) throws(ExpressionFault) -> JSONValue {
        switch binding {
        case .none: throw ExpressionFault("\(reference.root.rawValue) has a value only in a step with for_each")
        case .unknownYet: throw ExpressionFault("\(reference) is not known yet", isUnknownYet: true)
        case .value(let value): return try value.descend(reference, from: 0)
        }
    }

    private func stepValue(_ reference: Reference) throws(ExpressionFault) -> JSONValue {
        guard let id = reference.firstName, reference.path.count > 1, case .name(let part) = reference.path[1],
            part == "result" || part == "status"
        else { throw ExpressionFault("expected steps.<id>.result or steps.<id>.status, found \(reference)") }
        guard let record = steps[id] else {
            throw ExpressionFault("no result of step \(id) is known", isUnknownYet: stepsAreUnknownYet)
        }
        if part == "status" { return try JSONValue.string(record.status.rawValue).descend(reference, from: 2) }
        if record.isDropped {
            let limit = ScriptRun.maximumKeptBytes >> 20
            throw ExpressionFault("the result of step \(id) was not kept: those of this script exceed \(limit) MiB")
        }
        guard let result = record.result else {
            throw ExpressionFault("step \(id) has no result, since it ended as \(record.status.rawValue)")
        }
        return try result.descend(reference, from: 2)
    }
}

/// What later steps can know of a step.
struct StepRecord: Sendable {
    var status: StepStatus
    /// The payload; of a step with `for_each` the list of them.
    var result: JSONValue?
    /// Whether the result was more than may be kept.
    var isDropped = false
}

/// How a step ended, as its outcome line says it.
package enum StepStatus: String, Hashable, Sendable, CaseIterable {
    case ok, failed, unknown
    /// Not tried: its `when` was false, or an earlier step had not succeeded.
    case skipped
}

extension StepStatus: Comparable {
    /// The worse is the greater; a step with `for_each` ends as the worst of its elements, and is skipped if all are.
    package static func < (left: StepStatus, right: StepStatus) -> Bool { left.severity < right.severity }

    private var severity: Int {
        switch self {
        case .skipped: 0
        case .ok: 1
        case .failed: 2
        case .unknown: 3
        }
    }
}

extension JSONValue {
    /// The value at the end of a reference's path, whose keys before `first` have been followed.
    fileprivate func descend(_ reference: Reference, from first: Int) throws(ExpressionFault) -> JSONValue {
        var value = self
        for position in reference.path.indices.dropFirst(first) {
            let key = reference.path[position]
            let place = Reference(root: reference.root, path: Array(reference.path[..<position]))
            guard let next = value.element(key) else {
                throw ExpressionFault("\(place) has no \(key.inWords), it is \(value.shortDescription)")
            }
            value = next
        }
        return value
    }

    private func element(_ key: Reference.Key) -> JSONValue? {
        switch (self, key) {
        case (.object(let object), .name(let name)): object[name]
        // Not `nil` beside a value, which would be taken for a JSON null.
        case (.array(let elements), .position(let position)) where position < elements.count: elements[position]
        default: nil
        }
    }
}

extension Reference.Key {
    var inWords: String {
        switch self {
        case .name(let name): "member \(name.debugDescription)"
        case .position(let position): "element \(position)"
        }
    }
}
