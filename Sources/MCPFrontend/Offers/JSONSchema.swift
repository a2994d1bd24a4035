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
        switch kind.shape {
        case .text(.plain): return text(limits)
        case .text(.identifier): return ["type": "string"]
        case .text(.timestamp): return ["type": "string", "format": "date-time"]
        case .text(.choice(let choices)): return ["type": "string", "enum": .array(choices.map(JSONValue.string))]
        case .boolean: return ["type": "boolean"]
        case .number: return number("number", limits)
        case .integer: return number("integer", limits)
        case .list(let element):
            return [
                "type": "array", "items": .object(schema(of: element, limits: limits)),
                "maxItems": .integer(Int64(limits.maximumCount)),
            ]
        case .object(let object): return schema(of: object)
        }
    }

    private static func schema(of form: PayloadForm, limits: FieldLimits) -> JSONObject {
        switch form {
        case .value(let kind): schema(of: kind, limits: limits)
        case .list(let element): ["type": "array", "items": .object(schema(of: element, limits: limits))]
        case .object(let object): schema(of: object)
        case .anything: [:]
        }
    }

    /// An object with what must be there. The rest, of which much may be `null`, is what an export gave.
    private static func schema(of object: PayloadObject) -> JSONObject {
        var properties: JSONObject = [:]
        let required = object.members.filter { $0.presence == .required }
        for member in required {
            properties.append(member.name, .object(schema(of: member.form, limits: member.limits)))
        }
        return [
            "type": "object", "properties": .object(properties),
            "required": .array(required.map { .string($0.name) }),
        ]
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
        switch definition.payload {
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
        case .value(let kind): return ["description": .string(kind.sentence)]
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
