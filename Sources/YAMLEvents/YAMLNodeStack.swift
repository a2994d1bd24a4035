/// Where nodes wait until the collection they are part of is complete.
///
/// A finished collection moves its nodes from here into an array of exactly their number: one allocation for each
/// collection, and no node is retained on the way. A mapping's keys and values lie here alternately.
struct YAMLNodeStack: ~Copyable {
    private var nodes: UnsafeMutablePointer<YAMLNode>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 64
        nodes = .allocate(capacity: capacity)
    }

    deinit {
        nodes.deinitialize(count: count)
        nodes.deallocate()
    }

    @inline(__always)
    mutating func push(_ node: consuming YAMLNode) {
        if count == capacity { grow() }
        (nodes + count).initialize(to: node)
        count += 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<YAMLNode>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: nodes, count: count)
        nodes.deallocate()
        nodes = larger
        capacity *= 2
    }

    /// Drops what an error left here, and the memory of an unusually large node.
    mutating func reset() {
        nodes.deinitialize(count: count)
        count = 0
        if capacity > 4096 {
            nodes.deallocate()
            self = YAMLNodeStack()
        }
    }

    @inline(__always)
    subscript(index: Int) -> YAMLNode {
        unsafeAddress { UnsafePointer(nodes + index) }
    }

    /// Takes all nodes from `base` up as the items of a sequence.
    mutating func takeItems(from base: Int) -> [YAMLNode] {
        let taken = count - base
        if taken == 0 { return [] }
        let first = nodes + base
        count = base
        var items: [YAMLNode] = []
        items.reserveCapacity(taken)
        for index in 0..<taken { items.append((first + index).move()) }
        return items
    }

    /// Takes all nodes from `base` up as the pairs of a mapping.
    mutating func takePairs(from base: Int) -> [YAMLPair] {
        let taken = (count - base) / 2
        if taken == 0 { return [] }
        let first = nodes + base
        count = base
        var pairs: [YAMLPair] = []
        pairs.reserveCapacity(taken)
        for index in 0..<taken {
            pairs.append(YAMLPair(key: (first + 2 * index).move(), value: (first + 2 * index + 1).move()))
        }
        return pairs
    }
}

/// Nodes are values; the stack only saves copying them.
extension YAMLNodeStack: @unchecked Sendable {}
