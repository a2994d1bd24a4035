import OperationCatalogue
import YAMLEvents

/// Finds what is wrong with the steps of scripts without carrying anything out.
struct ScriptChecker {
    /// The most steps of one script that may have an id: the check keeps them all.
    static let maximumIDs = 100_000
    /// How many elements of a `for_each` whose list is known are checked one by one.
    static let maximumCheckedElements = 1000

    /// What is known of the script's variables, and of nothing else.
    private var known = ExpressionScope()
    /// The earlier steps with an id, and what is known of their results.
    private var earlierSteps: [String: ResultForm] = [:]
    /// Whether there are steps whose ids are not known, since they could not be read.
    private var lacksIDs = false
    /// How many more faults are to have a hint: looking for one goes through a thousand ids.
    private var hintsLeft = ScriptCheck.maximumFaults
    /// The ids that any script has referred to: the steps whose results a run must keep.
    private(set) var referredIDs: Set<String> = []

    mutating func begin(_ header: ScriptHeader) {
        known = ExpressionScope(
            variables: header.faultyVariables == nil ? nil : header.variables,
            faultyVariables: header.faultyVariables ?? [],
            stepsAreUnknownYet: true,
            environment: header.environment
        )
        if !earlierSteps.isEmpty { earlierSteps = [:] }
        lacksIDs = false
    }

    /// Takes note of a step that is faulty already.
    mutating func passOver(_ id: FaultyStepID) {
        switch id {
        case .none: break
        case .named(let id): if earlierSteps.count < Self.maximumIDs { earlierSteps[id] = .unknown }
        case .unknown: lacksIDs = true
        }
    }

    /// Everything wrong with a step that can be known before it runs.
    mutating func faults(of step: Step) -> [ScriptFault] {
        var faults = step.isDynamic ? referenceFaults(of: step) : []
        faults += expressionFaults(of: step, beside: faults)
        if let id = step.id { faults += idFaults(id, of: step) }
        return faults
    }

    private mutating func idFaults(_ id: String, of step: Step) -> [ScriptFault] {
        if earlierSteps.count >= Self.maximumIDs {
            let message = "more than \(Self.maximumIDs) steps with an id in one script; leave out those not referred to"
            return [ScriptFault(step.mark, message)]
        }
        let form = Catalogue.standard.definition(of: step.operation).map { ResultForm.known($0.payload) } ?? .unknown
        if earlierSteps.updateValue(step.elements == nil ? form : form.repeated, forKey: id) == nil { return [] }
        return [ScriptFault(step.mark, "the id \(id.debugDescription) is taken by an earlier step")]
    }

    /// References that can have no value, also where evaluation would not come to them.
    private mutating func referenceFaults(of step: Step) -> [ScriptFault] {
        var faults: [ScriptFault] = []
        func add(_ message: String?, _ mark: YAMLMark) {
            guard let message else { return }
            let fault = ScriptFault(mark, message)
            if !faults.contains(fault) { faults.append(fault) }
        }
        step.forEachExpression { expression, mark in
            for reference in expression.references { add(fault(of: reference, in: step), mark) }
            add(expression.pointlessComparison, mark)
        }
        // What a list is made from knows no element of it.
        step.elements?.forEachReference { reference, mark in
            if reference.isOfElement { add(known.fault(of: reference), mark) }
        }
        return faults
    }

    private mutating func fault(of reference: Reference, in step: Step) -> String? {
        switch reference.root {
        case .vars: return known.missingName(in: reference)?.message
        case .env:
            return reference.path.count == 1 ? known.missingName(in: reference)?.message : known.fault(of: reference)
        case .item, .index: return step.elements == nil ? known.fault(of: reference) : nil
        case .steps:
            guard let id = reference.firstName else { return known.fault(of: reference) }
            guard let form = earlierSteps[id] else {
                if lacksIDs { return nil }
                return "no earlier step has the id \(id.debugDescription)\(hint(for: id))"
            }
            referredIDs.insert(id)
            return known.fault(of: reference) ?? form.fault(of: reference)
        }
    }

    private mutating func hint(for id: String) -> String {
        guard hintsLeft > 0 else { return "" }
        hintsLeft -= 1
        return nearest(to: id, among: earlierSteps.keys.prefix(1000).sorted()).map { "; did you mean \($0)?" } ?? ""
    }

    /// What evaluation finds, as far as it comes, beside what has been found.
    private func expressionFaults(of step: Step, beside found: [ScriptFault]) -> [ScriptFault] {
        guard let template = step.elements else {
            return elementFaults(of: step, known).filter { !found.contains($0) }
        }
        var scope = known
        scope.item = .unknownYet
        scope.index = .unknownYet
        var faults: [ScriptFault] = []
        do {
            let elements = try template.value(in: known)
            guard case .array(let items) = elements else {
                let message = "for_each: expected a list, found \(elements.shortDescription)"
                return [ScriptFault(template.mark ?? step.mark, message)]
            }
            return elementFaults(of: step, items, scope, beside: found)
        } catch {
            if !error.fault.isUnknownYet { faults.append(ScriptFault(error.mark, error.fault.message)) }
            return (faults + elementFaults(of: step, scope)).filter { !found.contains($0) }
        }
    }

    /// The faults of a step, or of one element of its `for_each`. Where its condition is known not to be met, the values of
    /// expressions do not matter: the condition may be there to guard them.
    private func elementFaults(of step: Step, _ scope: ExpressionScope) -> [ScriptFault] {
        guard let condition = step.condition else { return argumentFaults(of: step, scope) }
        do {
            let value = try condition.value(in: scope)
            if case .bool(false) = value {
                var scope = scope
                scope.variables = nil
                scope.item = step.elements == nil ? .none : .unknownYet
                scope.index = scope.item
                return argumentFaults(of: step, scope)
            }
            guard case .bool = value else {
                let message = "when: expected true or false, found \(value.shortDescription)"
                return [ScriptFault(condition.mark ?? step.mark, message)] + argumentFaults(of: step, scope)
            }
            return argumentFaults(of: step, scope)
        } catch {
            let fault = error.fault.isUnknownYet ? [] : [ScriptFault(error.mark, error.fault.message)]
            return fault + argumentFaults(of: step, scope)
        }
    }

    /// The faults of the first element that has any.
    private func elementFaults(
        of step: Step, _ items: [JSONValue], _ scope: ExpressionScope, beside found: [ScriptFault]
    ) -> [ScriptFault] {
        var scope = scope
        for (index, item) in items.prefix(Self.maximumCheckedElements).enumerated() {
            scope.item = .value(item)
            scope.index = .value(.integer(Int64(index)))
            let faults = elementFaults(of: step, scope).filter { !found.contains($0) }
            if !faults.isEmpty {
                return faults.map { ScriptFault($0.mark, "\($0.message) (element \(index) of for_each)") }
            }
        }
        return items.isEmpty ? elementFaults(of: step, scope).filter { !found.contains($0) } : []
    }

    private func argumentFaults(of step: Step, _ scope: ExpressionScope) -> [ScriptFault] {
        var faults: [ScriptFault] = []
        var unknownNames: Set<String> = []
        let arguments: JSONObject
        switch step.arguments {
        case .literal(.object(let object)):
            arguments = object
        case .object(let members):
            arguments = known(members, scope, unknownNames: &unknownNames, faults: &faults)
        default:
            do {
                let value = try step.arguments.value(in: scope)
                guard case .object(let object) = value else {
                    let message = "args: expected a mapping, found \(value.shortDescription)"
                    return [ScriptFault(step.mark(ofArgument: []), message)]
                }
                arguments = object
            } catch {
                if !error.fault.isUnknownYet { return [ScriptFault(error.mark, error.fault.message)] }
                return Catalogue.standard.definition(of: step.operation) == nil
                    ? catalogueFaults(of: step, JSONObject(), ignoring: []) : []
            }
        }
        return faults + catalogueFaults(of: step, arguments, ignoring: unknownNames)
    }

    /// The arguments as far as they are known; the names of the others go to `unknownNames`.
    private func known(
        _ members: [(key: String, value: Template)],
        _ scope: ExpressionScope,
        unknownNames: inout Set<String>,
        faults: inout [ScriptFault]
    ) -> JSONObject {
        var object = JSONObject(minimumCapacity: members.count)
        for member in members {
            do {
                object.append(member.key, try member.value.value(in: scope))
            } catch {
                object.append(member.key, .null)
                unknownNames.insert(member.key)
                if !error.fault.isUnknownYet { faults.append(ScriptFault(error.mark, error.fault.message)) }
            }
        }
        return object
    }

    private func catalogueFaults(
        of step: Step,
        _ arguments: JSONObject,
        ignoring unknownNames: Set<String>
    ) -> [ScriptFault] {
        do {
            _ = try Catalogue.standard.resolve(step.operation, arguments, ignoringValuesOf: unknownNames)
            return []
        } catch {
            if error.faults.isEmpty { return [ScriptFault(step.mark, error.message)] }
            return error.faults.map { fault in
                ScriptFault(
                    step.mark(ofArgument: fault.path, itsName: fault.concernsName),
                    "\(step.operation): \(fault.place): \(fault.message)")
            }
        }
    }
}
