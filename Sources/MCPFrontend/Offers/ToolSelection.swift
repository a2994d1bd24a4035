package import OperationCatalogue
package import OperationPipeline

/// Which operations an agent is offered as tools, and which it can reach at all.
package struct ToolSelection: Sendable {
    /// The tools, in the catalogue's order.
    package let definitions: [OperationDefinition]
    /// What an agent can reach by any way: what the process lets through, without what was excluded here.
    package let policy: AdmissionPolicy
    private let tools: [String: OperationDefinition]

    /// Everything there is.
    package static let all = ToolSelection(within: AdmissionPolicy(), named: { _ in true })

    /// - Parameter named: whether an operation is to be a tool, if the policy lets it through.
    private init(within policy: AdmissionPolicy, named: (OperationDefinition) -> Bool) {
        self.policy = policy
        definitions = Catalogue.standard.definitions.filter { named($0) && policy.refusal(of: $0) == nil }
        tools = Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, $0) })
    }

    /// What the options of `deferno mcp` ask for. Each entry of a list may itself hold several names with commas between
    /// them; white space around a name does not count.
    ///
    /// - Parameters:
    ///   - toolsets: `--toolsets`. Where neither toolsets nor tools are named, all toolsets are offered.
    ///   - tools: `--tools`: single tools beside the toolsets, or these alone where no toolset is named.
    ///   - excludedTools: `--exclude-tools`: what is taken off again, whoever named it. Such an operation cannot be reached
    ///     through resources, prompts and completions either.
    ///   - policy: what the process lets through at all. Beats all else.
    /// - Throws: ``ToolSelectionFault`` with every name that is not known.
    package init(
        toolsets: [String] = [],
        tools: [String] = [],
        excludedTools: [String] = [],
        within policy: AdmissionPolicy = AdmissionPolicy()
    ) throws(ToolSelectionFault) {
        let (toolsets, tools) = (Self.split(toolsets), Self.split(tools))
        let excluded = Self.split(excludedTools)
        let known = Catalogue.standard.definitions.map(\.name)
        let unknown =
            Self.unknown(toolsets, as: .toolset, among: Toolset.allCases.map(\.rawValue))
            + Self.unknown(tools, as: .tool, among: known)
            + Self.unknown(excluded, as: .excludedTool, among: known)
        guard unknown.isEmpty else { throw ToolSelectionFault(unknown: unknown) }

        let isEverything = toolsets.isEmpty && tools.isEmpty
        var reachable = policy
        reachable.excludedOperations.formUnion(excluded)
        self.init(within: reachable) { definition in
            isEverything || toolsets.contains(definition.toolset.rawValue) || tools.contains(definition.name)
        }
    }

    /// The definition of the tool with this name; `nil` where none is offered.
    package func tool(named name: String) -> OperationDefinition? { tools[name] }

    package func offersTool(_ name: String) -> Bool { tools[name] != nil }

    /// Whether resources, prompts and completions may use the operation: also where it is not offered as a tool, as long as
    /// the policy lets it through.
    package func allowsUse(of definition: OperationDefinition) -> Bool { policy.refusal(of: definition) == nil }

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
