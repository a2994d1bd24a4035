package import OperationCatalogue

/// One operation as `tools/list` shows it.
package struct ToolDefinition: Sendable {
    package let operation: OperationDefinition

    package init(_ operation: OperationDefinition) {
        self.operation = operation
    }

    /// The text for a model: what the operation does, and what only a model needs to know of it.
    package var description: String {
        operation.guidance.isEmpty ? operation.summary : "\(operation.summary) \(operation.guidance)"
    }

    /// The tool as JSON, without what a version does not know yet.
    package func json(for version: ProtocolVersion) -> JSONValue {
        var tool: JSONObject = ["name": .string(operation.name)]
        if version.hasTitlesAndStructure { tool.append("title", .string(operation.title)) }
        tool.append("description", .string(description))
        tool.append("inputSchema", JSONSchema.arguments(of: operation))
        if version.hasTitlesAndStructure { tool.append("outputSchema", JSONSchema.structuredContent(of: operation)) }
        if version.hasToolAnnotations { tool.append("annotations", annotations) }
        return .object(tool)
    }

    /// Appends the tool as JSON; see ``json(for:)``.
    package func write(for version: ProtocolVersion, to writer: inout JSONWriter) {
        writer.value(json(for: version))
    }

    /// The four hints. The world is closed: nothing but the tasks of one user is seen or changed.
    private var annotations: JSONValue {
        [
            "title": .string(operation.title),
            "readOnlyHint": .bool(!operation.isWrite),
            "destructiveHint": .bool(operation.effect == .destroy),
            "idempotentHint": .bool(operation.isIdempotent),
            "openWorldHint": false,
        ]
    }
}
