/// How much a node holds, for the limits.
struct YAMLNodeSize {
    var nodes = 0
    var bytes = 0

    init() {}

    init(nodes: Int, bytes: Int) {
        self.nodes = nodes
        self.bytes = bytes
    }

    @inline(__always)
    init(_ scalar: YAMLScalar) {
        nodes = 1
        bytes = scalar.value.utf8.count
    }

    @inline(__always)
    static func += (left: inout YAMLNodeSize, right: YAMLNodeSize) {
        left.nodes += right.nodes
        left.bytes += right.bytes
    }

    static func -= (left: inout YAMLNodeSize, right: YAMLNodeSize) {
        left.nodes -= right.nodes
        left.bytes -= right.bytes
    }

    static func - (left: YAMLNodeSize, right: YAMLNodeSize) -> YAMLNodeSize {
        YAMLNodeSize(nodes: left.nodes - right.nodes, bytes: left.bytes - right.bytes)
    }
}

/// The anchored nodes of one document, and what keeping and repeating them has cost.
///
/// A name may be given again; an alias means the node that began last with its name (YAML 1.2.2 section 7.1).
struct YAMLAnchors {
    struct Target {
        let node: YAMLNode
        let size: YAMLNodeSize
    }

    private struct Entry {
        let ordinal: Int
        let mark: YAMLMark
        /// `nil` while the collection is open, and for ever when it was pulled as events.
        var target: Target?
    }

    private var entries: [String: Entry] = [:]
    private var kept = YAMLNodeSize()
    private var repeated = 0
    private var nextOrdinal = 0
    private let limits: YAMLLimits

    init(limits: YAMLLimits) { self.limits = limits }

    mutating func removeAll() {
        guard nextOrdinal > 0 else { return }
        self = YAMLAnchors(limits: limits)
    }

    /// An anchored collection begins. Returns what ``close(_:_:as:_:)`` needs to know it by.
    mutating func open(_ anchor: String, at mark: YAMLMark) -> Int {
        nextOrdinal += 1
        if let before = entries[anchor]?.target { kept -= before.size }
        entries[anchor] = Entry(ordinal: nextOrdinal, mark: mark, target: nil)
        return nextOrdinal
    }

    /// An anchored collection is complete. It is not kept if its anchor's name was given again inside it.
    mutating func close(
        _ anchor: String, _ ordinal: Int, as node: YAMLNode, _ size: YAMLNodeSize
    ) throws(YAMLError) {
        guard var entry = entries[anchor], entry.ordinal == ordinal else { return }
        kept += size
        if kept.nodes > limits.anchoredNodes {
            throw YAMLError(
                .limit(.anchoredNodes),
                "the anchored values of this document have more than the limit of \(limits.anchoredNodes) nodes",
                at: node.mark)
        }
        if kept.bytes > limits.anchoredBytes {
            throw YAMLError(
                .limit(.anchoredBytes),
                "the anchored values of this document have more than the limit of \(limits.anchoredBytes) bytes of text",
                at: node.mark)
        }
        entry.target = Target(node: node, size: size)
        entries[anchor] = entry
    }

    /// An anchored node that is complete at once.
    mutating func define(_ anchor: String, as node: YAMLNode, _ size: YAMLNodeSize) throws(YAMLError) {
        let ordinal = open(anchor, at: node.mark)
        try close(anchor, ordinal, as: node, size)
    }

    /// The node an alias stands for.
    mutating func resolve(_ anchor: String, at mark: YAMLMark) throws(YAMLError) -> Target {
        guard let entry = entries[anchor] else {
            throw YAMLError(
                .undefinedAlias, "the alias *\(anchor) has no anchor &\(anchor) before it in this document", at: mark)
        }
        guard let target = entry.target else {
            throw YAMLError(
                .recursiveAlias,
                "the alias *\(anchor) names the value that begins at \(entry.mark), which is not complete here",
                at: mark,
                related: entry.mark
            )
        }
        repeated += target.size.nodes
        if repeated > limits.aliasedNodes {
            throw YAMLError(
                .limit(.aliasedNodes),
                "the aliases of this document repeat more than the limit of \(limits.aliasedNodes) nodes",
                at: mark,
                related: entry.mark
            )
        }
        return target
    }
}
