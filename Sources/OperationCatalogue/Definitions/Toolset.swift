/// A group of operations that an agent is offered together.
package enum Toolset: String, Hashable, Sendable, CaseIterable {
    /// The fourteen of `deferno-mcp`, the server that this one takes the place of.
    case seed
    /// What was added to them.
    case extended
}
