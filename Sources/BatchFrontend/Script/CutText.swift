import YAMLEvents

/// Texts that end sooner than whoever wrote them meant, since ` #` begins a comment: `title: Fix bug #12`.
enum CutText {
    /// A warning for every such text in a node, keys aside. What is no text, such as a number, is not meant to go on.
    static func warnings(in node: YAMLNode) -> [ScriptFault] {
        switch node.content {
        case .scalar:
            guard let mark = node.start.cut, case .string(let text)? = try? node.coreValue() else { return [] }
            let end = text.count > 40 ? "…" + text.suffix(40) : text
            return [
                ScriptFault(
                    mark,
                    "the text ends at \(end.debugDescription), since ' #' begins a comment; put the text in quotes if the "
                        + "rest belongs to it, or a space behind the # if not")
            ]
        case .sequence(let items): return items.flatMap { warnings(in: $0) }
        case .mapping(let pairs): return pairs.flatMap { warnings(in: $0.value) }
        }
    }
}
