/// A composed node: a scalar, or a collection with everything in it, aliases and merge keys resolved.
package struct YAMLNode: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// The pairs in the order of the text; those of merge keys come last.
        case mapping([YAMLPair])
    }

    package let content: Content
    package let start: YAMLNodeStart

    /// Where the node begins. For a node that an alias stands for, where the anchored node begins.
    package var mark: YAMLMark { start.mark }

    /// The resolved tag, or `nil` where none was written.
    package var tag: String? { start.tag }

    package init(content: Content, start: YAMLNodeStart) {
        self.content = content
        self.start = start
    }

    /// The scalar this node is, if it is one.
    package var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// The items, if this node is a sequence.
    package var items: [YAMLNode]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    /// The pairs, if this node is a mapping.
    package var pairs: [YAMLPair]? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs
    }

    /// The value whose key is written with this text, in whatever style; `nil` also when this node is no mapping.
    /// The search is linear.
    package subscript(key: String) -> YAMLNode? {
        guard case .mapping(let pairs) = content else { return nil }
        for pair in pairs {
            if case .scalar(let scalar) = pair.key.content, scalar.value == key { return pair.value }
        }
        return nil
    }
}

/// One key of a mapping with its value.
package struct YAMLPair: Hashable, Sendable {
    package let key: YAMLNode
    package let value: YAMLNode

    package init(key: YAMLNode, value: YAMLNode) {
        self.key = key
        self.value = value
    }
}
