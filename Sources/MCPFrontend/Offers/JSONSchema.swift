package import OperationCatalogue

/// JSON Schemas (2020-12) of what the catalogue defines.
package enum JSONSchema {
    /// The schema of an operation's arguments. It admits `null` only where that means something of its own; an optional
    /// argument that is `null` counts as absent, which the server accepts although the schema does not offer it.
    package static func arguments(of definition: OperationDefinition) -> JSONValue {
        var properties = JSONObject(minimumCapacity: definition.fields.count)
        for field in definition.fields { properties.append(field.name, .object(schema(of: field))) }
        let required = definition.fields.filter { $0.presence == .required }.map { JSONValue.string($0.name) }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema.append("required", .array(required)) }
        schema.append("additionalProperties", false)
        return .object(schema)
    }

    private static func schema(of field: FieldDefinition) -> JSONObject {
        var schema = schema(of: field.kind, limits: field.limits)
        if field.presence == .clearable { allowNull(&schema) }
        if let defaultValue = field.defaultValue { schema.append("default", defaultValue) }
        schema["description"] = .string(field.summary)
        return schema
    }

    private static func schema(of kind: FieldKind, limits: FieldLimits) -> JSONObject {
        switch kind {
        case .text:
            return text(limits)
        case .identifier, .timestamp, .boolean:
            return schema(of: kind)
        case .status:
            return ["type": "string", "enum": .array(TaskStatus.allCases.map(\.json))]
        case .number:
            var schema = schema(of: kind)
            for (key, bound) in bounds(limits) { schema.append(key, number(bound)) }
            return schema
        case .integer:
            var schema = schema(of: kind)
            for (key, bound) in bounds(limits) { schema.append(key, number(bound)) }
            return schema
        case .textList:
            return [
                "type": "array", "items": .object(text(limits)), "maxItems": .integer(Int64(limits.maximumCount)),
            ]
        case .mood:
            var schema = schema(of: kind)
            schema.append("additionalProperties", false)
            return schema
        case .taskList:
            var schema = schema(of: kind)
            schema.append("maxItems", .integer(Int64(limits.maximumCount)))
            return schema
        }
    }

    private static func text(_ limits: FieldLimits) -> JSONObject {
        var schema: JSONObject = ["type": "string"]
        if limits.length.lowerBound > 0 { schema.append("minLength", .integer(Int64(limits.length.lowerBound))) }
        schema.append("maxLength", .integer(Int64(limits.length.upperBound)))
        return schema
    }

    /// The bounds that somebody has set.
    private static func bounds(_ limits: FieldLimits) -> [(String, Double)] {
        let widest = FieldLimits().range
        var bounds: [(String, Double)] = []
        if limits.range.lowerBound > widest.lowerBound { bounds.append(("minimum", limits.range.lowerBound)) }
        if limits.range.upperBound < widest.upperBound { bounds.append(("maximum", limits.range.upperBound)) }
        return bounds
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
    package static func structuredContent(of definition: OperationDefinition) -> JSONValue {
        var definitions: [PayloadObject] = []
        var schema: JSONObject
        switch definition.result.form {
        case .object(let object):
            schema = self.schema(of: object, collecting: &definitions)
        case let form:
            let inner = self.schema(of: form, collecting: &definitions)
            schema = [
                "type": "object", "properties": ["\(wrapper)": .object(inner)],
                "required": ["\(wrapper)"],
            ]
        }
        var definitionSchemas = JSONObject()
        var next = 0
        // Writing down one can bring in others.
        while next < definitions.count {
            let object = definitions[next]
            definitionSchemas.append(object.name, .object(self.schema(of: object, collecting: &definitions)))
            next += 1
        }
        if !definitionSchemas.isEmpty { schema.append("$defs", .object(definitionSchemas)) }
        return .object(schema)
    }

    private static func schema(
        of form: PayloadForm, collecting definitions: inout [PayloadObject]
    ) -> JSONObject {
        switch form {
        case .value(let kind):
            return schema(of: kind)
        case .list(let element):
            return ["type": "array", "items": .object(schema(of: element, collecting: &definitions))]
        case .object(let object):
            if !definitions.contains(where: { $0.name == object.name }) { definitions.append(object) }
            return ["$ref": "#/$defs/\(object.name)"]
        case .anything:
            return [:]
        }
    }

    private static func schema(
        of object: PayloadObject, collecting definitions: inout [PayloadObject]
    ) -> JSONObject {
        var properties = JSONObject(minimumCapacity: object.members.count)
        var required: [JSONValue] = []
        for member in object.members {
            var schema = schema(of: member.form, collecting: &definitions)
            switch member.presence {
            case .required: required.append(.string(member.name))
            case .requiredOrNull:
                required.append(.string(member.name))
                allowNull(&schema)
            case .optional: break
            case .optionalOrNull: allowNull(&schema)
            }
            if let summary = member.summary { schema.append("description", .string(summary)) }
            properties.append(member.name, .object(schema))
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema.append("required", .array(required)) }
        return schema
    }

    /// A value of this kind without limits, such as a payload has it. A status is any text: a backend may come to know
    /// more of them.
    private static func schema(of kind: FieldKind) -> JSONObject {
        switch kind {
        case .text, .status: ["type": "string"]
        case .identifier: ["type": "string", "format": "uuid"]
        case .timestamp: ["type": "string", "format": "date-time"]
        case .number: ["type": "number"]
        case .integer: ["type": "integer"]
        case .boolean: ["type": "boolean"]
        case .textList: ["type": "array", "items": ["type": "string"]]
        case .mood:
            [
                "type": "object", "properties": ["r": ["type": "number"], "theta": ["type": "number"]],
                "required": ["r", "theta"],
            ]
        case .taskList: ["type": "array", "items": .object(snapshot)]
        }
    }

    /// A task as it enters a store: what its whole form has, of which only the identifier and the title must be there.
    private static var snapshot: JSONObject {
        var properties = JSONObject(minimumCapacity: PayloadObject.task.members.count)
        for member in PayloadObject.task.members {
            var schema = plainSchema(of: member.form)
            if member.presence != .required { allowNull(&schema) }
            properties.append(member.name, .object(schema))
        }
        return [
            "type": "object", "properties": .object(properties),
            "required": [.string(PayloadMember.id.name), .string(PayloadMember.title.name)],
        ]
    }

    /// The schema of a form without references.
    private static func plainSchema(of form: PayloadForm) -> JSONObject {
        switch form {
        case .value(.status): schema(of: .status, limits: FieldLimits())
        case .value(let kind): schema(of: kind)
        case .list(let element): ["type": "array", "items": .object(plainSchema(of: element))]
        case .object: ["type": "object"]
        case .anything: [:]
        }
    }

    private static func allowNull(_ schema: inout JSONObject) {
        guard let type = schema["type"] else { return }
        schema["type"] = [type, "null"]
        if case .array(let values)? = schema["enum"] { schema["enum"] = .array(values + [.null]) }
    }
}
