package import OperationCatalogue

/// JSON Schemas (2020-12) of what the catalogue defines, in the part of the language that clients take: one type for each value,
/// no `null` beside it, no `additionalProperties`, and no format but `date-time`.
package enum JSONSchema {
    /// The schema of an operation's arguments. Several programs that read schemas drop a tool, or all of them, over more than
    /// this says; what is wrong with arguments beyond it the server finds itself. An argument that is `null` counts as absent,
    /// which the server accepts although the schema does not offer it.
    package static func arguments(of definition: OperationDefinition) -> JSONValue {
        var properties = JSONObject(minimumCapacity: definition.fields.count + 1)
        for field in definition.fields { properties.append(field.name, .object(schema(of: field))) }
        let clearable = definition.clearableNames
        if !clearable.isEmpty { properties.append(ToolArguments.clearName, clearing(clearable)) }
        let required = definition.fields.filter { $0.presence == .required }.map { JSONValue.string($0.name) }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema.append("required", .array(required)) }
        return .object(schema)
    }

    private static func clearing(_ names: [String]) -> JSONValue {
        [
            "type": "array", "items": ["type": "string", "enum": .array(names.map { .string($0) })],
            "maxItems": .integer(Int64(names.count)),
            "description": "What to clear, by its name: null and absence both leave it as it is.",
        ]
    }

    private static func schema(of field: FieldDefinition) -> JSONObject {
        var schema = schema(of: field.kind, limits: field.limits)
        if let defaultValue = field.defaultValue { schema.append("default", defaultValue) }
        schema["description"] = .string(field.summary)
        return schema
    }

    private static func schema(of kind: FieldKind, limits: FieldLimits) -> JSONObject {
        switch kind {
        case .text: return text(limits)
        case .identifier: return ["type": "string"]
        case .timestamp: return ["type": "string", "format": "date-time"]
        case .boolean: return ["type": "boolean"]
        case .status: return ["type": "string", "enum": .array(TaskStatus.allCases.map(\.json))]
        case .number: return number("number", limits)
        case .integer: return number("integer", limits)
        case .textList:
            return [
                "type": "array", "items": .object(text(limits)), "maxItems": .integer(Int64(limits.maximumCount)),
            ]
        case .mood:
            return [
                "type": "object", "properties": ["r": ["type": "number"], "theta": ["type": "number"]],
                "required": ["r", "theta"],
            ]
        case .taskList:
            return [
                "type": "array", "items": .object(snapshot), "maxItems": .integer(Int64(limits.maximumCount)),
            ]
        }
    }

    private static func text(_ limits: FieldLimits) -> JSONObject {
        var schema: JSONObject = ["type": "string"]
        if limits.length.lowerBound > 0 { schema.append("minLength", .integer(Int64(limits.length.lowerBound))) }
        schema.append("maxLength", .integer(Int64(limits.length.upperBound)))
        return schema
    }

    /// A number with the bounds that somebody has set.
    private static func number(_ type: String, _ limits: FieldLimits) -> JSONObject {
        let widest = FieldLimits().range
        var schema: JSONObject = ["type": .string(type)]
        let (lower, upper) = (limits.range.lowerBound, limits.range.upperBound)
        if lower > widest.lowerBound { schema.append("minimum", number(lower)) }
        if upper < widest.upperBound { schema.append("maximum", number(upper)) }
        return schema
    }

    private static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map(JSONValue.integer) ?? .number(value)
    }

    /// A task as it enters a store: what must be there. The rest, of which much may be `null`, is what an export gave.
    private static var snapshot: JSONObject {
        [
            "type": "object",
            "properties": [
                PayloadMember.id.name: .object(schema(of: .identifier, limits: FieldLimits())),
                PayloadMember.title.name: .object(
                    schema(of: TaskFields.title.definition.kind, limits: TaskFields.title.definition.limits)),
            ],
            "required": [.string(PayloadMember.id.name), .string(PayloadMember.title.name)],
        ]
    }
}

// MARK: - Payloads

extension JSONSchema {
    /// The key under which a payload that is no object is wrapped into one: structured content must be an object in every
    /// version before 2026-07-28.
    package static let wrapper: StaticString = "result"

    /// The schema of an operation's structured content: the payload, or an object that holds it under ``wrapper``.
    ///
    /// It names the members and says in words what they are, and asserts nothing but the object around them: structured
    /// content must conform (MCP, server/tools, "Output Schema"), clients throw a result away that does not, and what a backend
    /// sends is passed on as it came.
    package static func structuredContent(of definition: OperationDefinition) -> JSONValue {
        var definitions: [PayloadObject] = []
        var schema: JSONObject = ["type": "object"]
        switch definition.result.form {
        case .object(let object):
            schema.append("properties", properties(of: object, collecting: &definitions))
        case let form:
            schema.append(
                "properties", ["\(wrapper)": .object(self.schema(of: form, collecting: &definitions))])
        }
        var definitionSchemas = JSONObject()
        var next = 0
        // Writing down one can bring in others.
        while next < definitions.count {
            let object = definitions[next]
            definitionSchemas.append(object.name, ["properties": properties(of: object, collecting: &definitions)])
            next += 1
        }
        if !definitionSchemas.isEmpty { schema.append("$defs", .object(definitionSchemas)) }
        return .object(schema)
    }

    private static func schema(
        of form: PayloadForm, collecting definitions: inout [PayloadObject]
    ) -> JSONObject {
        switch form {
        case .value(let kind): return ["description": .string(kind.inWords)]
        case .list(let element): return ["items": .object(schema(of: element, collecting: &definitions))]
        case .object(let object):
            if !definitions.contains(where: { $0.name == object.name }) { definitions.append(object) }
            return ["$ref": "#/$defs/\(object.name)"]
        case .anything: return [:]
        }
    }

    private static func properties(
        of object: PayloadObject, collecting definitions: inout [PayloadObject]
    ) -> JSONValue {
        var properties = JSONObject(minimumCapacity: object.members.count)
        for member in object.members {
            var schema = schema(of: member.form, collecting: &definitions)
            if let summary = member.summary { schema["description"] = .string(summary) }
            properties.append(member.name, .object(schema))
        }
        return .object(properties)
    }
}

extension FieldKind {
    /// What a value of this kind is, as a payload has it.
    fileprivate var inWords: String {
        switch self {
        case .text: "A text."
        case .identifier: "A UUID."
        case .timestamp: "A date and time (RFC 3339)."
        case .status: "A status, such as \(TaskStatus.open.rawValue) or \(TaskStatus.done.rawValue)."
        case .number: "A number."
        case .integer: "An integer."
        case .boolean: "true or false."
        case .textList: "An array of texts."
        case .mood: "An object with the numbers r, the strength, and theta, the angle in radians."
        case .taskList: "An array of tasks."
        }
    }
}
