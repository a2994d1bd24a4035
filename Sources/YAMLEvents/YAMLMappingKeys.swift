/// The keys of one mapping that is being composed: finds a key that comes twice, and the merge key.
///
/// Keys are equal when the core schema gives them equal values; texts compare as Swift strings do, by canonical
/// equivalence. Collections as keys are not compared.
struct YAMLMappingKeys {
    /// Up to this many keys comparing each with all others is faster than hashing them.
    private static let fewKeys = 16

    /// Where the mapping's first key lies on the stack.
    private let base: Int
    /// The resolved keys, once there are more than a few.
    private var resolved: Set<YAMLCoreValue> = []
    /// Where the merge key lies on the stack.
    private(set) var mergeKey: Int?

    init(base: Int) { self.base = base }

    /// Looks at a key before it is pushed on the stack.
    /// - Throws: ``YAMLError`` of kind `duplicateKey`, or `value` and `tag` for a key that cannot be typed.
    @inline(__always)
    mutating func admit(_ key: borrowing YAMLNode, on stack: borrowing YAMLNodeStack) throws(YAMLError) {
        if (stack.count - base) / 2 < Self.fewKeys, key.isUntaggedStringKey {
            if let first = firstKey(equalTo: key, on: stack) { throw duplicate(key, of: stack[first]) }
        } else {
            try admitSlowly(key, on: stack)
        }
    }

    private func firstKey(equalTo key: borrowing YAMLNode, on stack: borrowing YAMLNodeStack) -> Int? {
        var index = base
        while index < stack.count {
            if stack[index].hasStringValue(of: key) { return index }
            index += 2
        }
        return nil
    }

    private mutating func admitSlowly(
        _ key: borrowing YAMLNode, on stack: borrowing YAMLNodeStack
    ) throws(YAMLError) {
        guard case .scalar = key.content else { return }
        if key.isMergeKey {
            if let mergeKey { throw duplicate(key, of: stack[mergeKey]) }
            mergeKey = stack.count
            return
        }
        let value = try key.coreValue()
        if (stack.count - base) / 2 < Self.fewKeys {
            if let first = try firstKey(resolvedTo: value, on: stack) { throw duplicate(key, of: stack[first]) }
            return
        }
        if resolved.isEmpty { try resolveAll(on: stack) }
        if resolved.insert(value).inserted { return }
        if let first = try firstKey(resolvedTo: value, on: stack) { throw duplicate(key, of: stack[first]) }
    }

    private func firstKey(
        resolvedTo value: YAMLCoreValue, on stack: borrowing YAMLNodeStack
    ) throws(YAMLError) -> Int? {
        for index in stride(from: base, to: stack.count, by: 2) where stack[index].isComparableKey {
            if try stack[index].coreValue() == value { return index }
        }
        return nil
    }

    private mutating func resolveAll(on stack: borrowing YAMLNodeStack) throws(YAMLError) {
        for index in stride(from: base, to: stack.count, by: 2) where stack[index].isComparableKey {
            resolved.insert(try stack[index].coreValue())
        }
    }

    private func duplicate(_ key: borrowing YAMLNode, of first: borrowing YAMLNode) -> YAMLError {
        let text = key.scalar?.value ?? ""
        let mark = first.mark
        return YAMLError(
            .duplicateKey,
            "the key \"\(text)\" is in this mapping twice, first at \(mark)",
            at: key.mark,
            related: mark
        )
    }
}

extension YAMLNode {
    /// Whether this is `<<`, plain or tagged `!!merge` (YAML 1.1 "Merge Key Language-Independent Type").
    var isMergeKey: Bool {
        guard case .scalar(let scalar) = content, scalar.style == .plain, scalar.value == "<<" else { return false }
        return tag.map { $0 == YAMLCoreTag.merge } ?? true
    }

    /// Whether this key takes part in the search for equal keys.
    var isComparableKey: Bool {
        guard case .scalar = content else { return false }
        return !isMergeKey
    }

    /// Whether this is a string that is no merge key, as can be seen without resolving it. Most keys are.
    @inline(__always)
    fileprivate var isUntaggedStringKey: Bool {
        guard case .scalar(let scalar) = content else { return false }
        if start.hasProperties { return false }
        return scalar.isCertainlyString && !(scalar.style == .plain && scalar.value == "<<")
    }

    /// Whether this is a string with the text of `key`. A text that is equal but not typed as a string is not.
    @inline(__always)
    fileprivate func hasStringValue(of key: borrowing YAMLNode) -> Bool {
        guard case .scalar(let mine) = content, case .scalar(let other) = key.content, mine.value == other.value
        else { return false }
        if case .string = try? coreValue() { return !isMergeKey }
        return false
    }
}
