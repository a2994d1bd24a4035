/// What one reader will hold at most, so that no input, however made, costs unbounded memory or time.
///
/// The stream as a whole has no limit: a million documents, or a million items pulled one by one, are fine.
package struct YAMLLimits: Hashable, Sendable {
    /// The greatest nesting depth that may be configured: composing and freeing a node use the thread's stack.
    package static let greatestDepth = 1024

    /// The longest scalar, in bytes of UTF-8. Also the most source text that may pass between two events (a comment or
    /// a tag can be as long as a scalar), give or take 64 KiB of read-ahead. Default: 16 MiB.
    package var scalarBytes = 16 << 20

    /// How many collections may be open at once. Default: 512. Values above ``greatestDepth`` count as that.
    package var depth = 512

    /// How large one composed node may be, with its aliases resolved: bytes of scalar text, and ``bytesOfNode`` for each
    /// node. What is written out is limited by its size alone; the number of nodes only where aliases multiply them.
    /// Default: 256 MiB.
    package var composedBytes = 256 << 20

    /// What a node (a scalar or a collection, a key included) counts beside its text.
    package static let bytesOfNode = 8

    /// How many nodes aliases and merge keys may produce in one document. Default: 100,000.
    package var aliasedNodes = 100_000

    /// How many nodes may be kept in one document because they are part of an anchored node. Default: 100,000.
    package var anchoredNodes = 100_000

    /// How many bytes of scalar text may be kept in one document because of anchors. Default: 16 MiB.
    package var anchoredBytes = 16 << 20

    /// How many `%TAG` directives one document may have: libyaml compares each with all others. Default: 100, checked
    /// whenever more input is read, so that up to 1,500 more may pass inside one read.
    package var tagDirectives = 100

    /// The defaults named above.
    package init() {}
}
