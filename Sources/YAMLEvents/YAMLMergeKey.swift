/// The merge key `<<` of a mapping (YAML 1.1 "Merge Key Language-Independent Type"): the mapping's own keys win over
/// merged ones, and a mapping named earlier wins over a later one.
enum YAMLMergeKey {
    /// The pairs of a mapping without its merge key at `position`, followed by the merged pairs it does not have itself.
    /// - Throws: ``YAMLError`` of kind `mergeValue`, or `value` and `tag` for a key that cannot be typed.
    static func apply(at position: Int, to pairs: [YAMLPair]) throws(YAMLError) -> [YAMLPair] {
        var pairs = pairs
        let merge = pairs.remove(at: position)
        var keys: Set<YAMLCoreValue> = []
        for pair in pairs where pair.key.isComparableKey { keys.insert(try pair.key.coreValue()) }
        for mapping in try mappings(of: merge) {
            for pair in mapping {
                if pair.key.isComparableKey, !keys.insert(try pair.key.coreValue()).inserted { continue }
                pairs.append(pair)
            }
        }
        return pairs
    }

    private static func mappings(of merge: YAMLPair) throws(YAMLError) -> [[YAMLPair]] {
        switch merge.value.content {
        case .mapping(let pairs):
            return [pairs]
        case .sequence(let items):
            var mappings: [[YAMLPair]] = []
            for item in items {
                guard case .mapping(let pairs) = item.content else { throw wrongValue(item, merge) }
                mappings.append(pairs)
            }
            return mappings
        case .scalar:
            throw wrongValue(merge.value, merge)
        }
    }

    private static func wrongValue(_ node: YAMLNode, _ merge: YAMLPair) -> YAMLError {
        YAMLError(
            .mergeValue,
            "the merge key << takes a mapping or a list of mappings",
            at: node.mark,
            related: merge.key.mark
        )
    }
}
