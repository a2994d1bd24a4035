extension ProtocolVersion {
    /// Whether tools have annotations (2025-03-26 "Changelog").
    var hasToolAnnotations: Bool { self >= .march2025 }

    /// Whether tools, resources and prompts have titles beside their names, tools an output schema, and their results
    /// structured content (2025-06-18 "Changelog").
    var hasTitlesAndStructure: Bool { self >= .june2025 }
}
