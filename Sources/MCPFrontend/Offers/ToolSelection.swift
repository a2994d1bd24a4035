package import OperationCatalogue

/// Which operations an agent is offered as tools, and which it can reach at all.
package struct ToolSelection: Sendable {
    /// The tools, in the catalogue's order.
    package let definitions: [OperationDefinition]
    private let names: Set<String>
    private let excluded: Set<String>
    private let isReadOnly: Bool

    /// Everything there is.
    package static let all = ToolSelection(
        definitions: Catalogue.standard.definitions, excluded: [], isReadOnly: false)

    private init(definitions: [OperationDefinition], excluded: Set<String>, isReadOnly: Bool) {
        self.definitions = definitions
        self.excluded = excluded
        self.isReadOnly = isReadOnly
        names = Set(definitions.map(\.name))
    }

    /// What the options of `deferno mcp` ask for. Each entry of a list may itself hold several names with commas between
    /// them; white space around a name does not count.
    ///
    /// - Parameters:
    ///   - toolsets: `--toolsets`. Where neither toolsets nor tools are named, all toolsets are offered.
    ///   - tools: `--tools`: single tools beside the toolsets, or these alone where no toolset is named.
    ///   - excludedTools: `--exclude-tools`: what is taken off again, whoever named it. Such an operation cannot be reached
    ///     through resources, prompts and completions either.
    ///   - isReadOnly: `--read-only`: takes off whatever changes anything. Beats all else.
    /// - Throws: ``ToolSelectionFault`` with every name that is not known.
    package init(
        toolsets: [String] = [],
        tools: [String] = [],
        excludedTools: [String] = [],
        isReadOnly: Bool = false,
        from catalogue: Catalogue = .standard
    ) throws(ToolSelectionFault) {
        let (toolsets, tools) = (Self.split(toolsets), Self.split(tools))
        let excluded = Self.split(excludedTools)
        let known = catalogue.definitions.map(\.name)
        let unknown =
            Self.unknown(toolsets, as: .toolset, among: Toolset.allCases.map(\.rawValue))
            + Self.unknown(tools, as: .tool, among: known)
            + Self.unknown(excluded, as: .excludedTool, among: known)
        guard unknown.isEmpty else { throw ToolSelectionFault(unknown: unknown) }

        let isEverything = toolsets.isEmpty && tools.isEmpty
        self.init(
            definitions: catalogue.definitions.filter { definition in
                let isNamed = toolsets.contains(definition.toolset.rawValue) || tools.contains(definition.name)
                return (isEverything || isNamed) && !excluded.contains(definition.name)
                    && !(isReadOnly && definition.isWrite)
            },
            excluded: Set(excluded),
            isReadOnly: isReadOnly
        )
    }

    /// Whether there is a tool of this name.
    package func admits(_ name: String) -> Bool { names.contains(name) }

    /// Whether resources, prompts and completions may use the operation: also where it is not offered as a tool, as long as
    /// nobody has excluded it.
    package func permits(_ definition: OperationDefinition) -> Bool {
        !excluded.contains(definition.name) && !(isReadOnly && definition.isWrite)
    }

    private static func split(_ lists: [String]) -> [String] {
        lists.flatMap { list in
            list.split(separator: ",").compactMap { name in
                let end = name.lastIndex { !$0.isWhitespace }
                return end.map { String(name[...$0].drop(while: \.isWhitespace)) }
            }
        }
    }

    private static func unknown(
        _ names: [String], as role: ToolSelectionFault.Role, among known: [String]
    ) -> [ToolSelectionFault.UnknownName] {
        names.filter { !known.contains($0) }.map {
            ToolSelectionFault.UnknownName(name: $0, role: role, nearest: nearest(to: $0, among: known), known: known)
        }
    }
}

/// Names in the options of `deferno mcp` that mean nothing.
package struct ToolSelectionFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let unknown: [UnknownName]

    package struct UnknownName: Hashable, Sendable {
        package let name: String
        package let role: Role
        /// The name that was probably meant.
        package let nearest: String?
        fileprivate let known: [String]

        init(name: String, role: Role, nearest: String?, known: [String]) {
            self.name = name
            self.role = role
            self.nearest = nearest
            self.known = known
        }
    }

    /// Which option a name was given to; the raw value is that option.
    package enum Role: String, Hashable, Sendable {
        case toolset = "--toolsets"
        case tool = "--tools"
        case excludedTool = "--exclude-tools"
    }

    /// One sentence for each name: the option, what it was given, and what was probably meant or could be.
    package var description: String {
        unknown.map { fault in
            let what = fault.role == .toolset ? "toolset" : "tool"
            let hint =
                fault.nearest.map { "did you mean \($0)?" } ?? "expected one of \(fault.known.joined(separator: ", "))"
            let name = String(fault.name.unicodeScalars.prefix(100)).debugDescription
            return "\(fault.role.rawValue): unknown \(what) \(name); \(hint)"
        }.joined(separator: "\n")
    }
}
