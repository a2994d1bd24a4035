import OperationCatalogue
import YAMLEvents

@testable import BatchFrontend

/// The value of a scalar's text, given in double quotes as a script would have it.
func value(of text: String, in scope: ExpressionScope = ExpressionScope(variables: .sample)) throws -> JSONValue {
    try template(of: text).value(in: scope)
}

func template(of text: String) throws -> Template {
    var reader = TemplateReader()
    let scalar = YAMLScalar(value: text, style: .doubleQuoted)
    let template = reader.template(YAMLNode(content: .scalar(scalar), start: YAMLNodeStart(mark: .start)))
    if let fault = reader.faults.first { throw fault }
    return template
}

/// The sentence that says why a text cannot be read or evaluated; empty if it can.
func sentence(_ text: String, in scope: ExpressionScope = ExpressionScope(variables: .sample)) -> String {
    do {
        _ = try value(of: text, in: scope)
        return ""
    } catch let fault as ScriptFault {
        return fault.message
    } catch let fault as PlacedExpressionFault {
        return fault.fault.message
    } catch {
        return "\(error)"
    }
}

extension JSONObject {
    static let sample: JSONObject = [
        "one": 1, "float": 1.0, "half": 0.5, "text": "word", "empty": "", "yes": true, "no": false, "nothing": .null,
        "list": ["a", "b", 3], "map": ["inner": ["deep": "found"], "two words": 2, "list": [[1, 2], [3]]],
        "with-dash": "dashed", "_under": "scored", "true": "shadow",
    ]
}
