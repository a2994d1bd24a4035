import Foundation
import OperationCatalogue

/// Outcome lines with everything replaced that differs from one run to the next: identifiers are numbered in the order in
/// which they first occur, moments that the program took from the clock, durations and the run have stand-ins.
struct Normalised {
    private var identifiers: [String: String] = [:]

    static func lines(_ outcomes: [JSONValue]) -> String {
        var normalised = Normalised()
        return outcomes.map { "\(JSONText(normalised.value($0)))\n" }.joined()
    }

    private mutating func value(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): return .string(self.text(text))
        case .array(let elements):
            var result: [JSONValue] = []
            for element in elements { result.append(self.value(element)) }
            return .array(result)
        case .object(let object):
            var result = JSONObject()
            for member in object.members {
                switch member.key {
                case "ms": result.append(member.key, "MS")
                case "run": result.append(member.key, "RUN")
                default: result.append(member.key, self.value(member.value))
                }
            }
            return .object(result)
        default: return value
        }
    }

    private mutating func text(_ text: String) -> String {
        if UniqueIdentifier(text) != nil {
            let known = identifiers[text] ?? "ID-\(identifiers.count + 1)"
            identifiers[text] = known
            return known
        }
        // Only the clock gives fractions of a second; moments that a script names stay.
        let isMoment = Timestamp(text) != nil && text.contains(".")
        return isMoment ? "TIME" : text
    }
}
