/// How a scalar was written. Only plain scalars are typed by the core schema; all others are strings.
package enum YAMLScalarStyle: Hashable, Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
}

/// What a node begins with: its place, and the tag and anchor few nodes have.
///
/// The two names share one allocation that is made only when there is one of them, so that events stay small.
package struct YAMLNodeStart: Hashable, Sendable {
    private struct Properties: Hashable, Sendable {
        let anchor: String?
        let tag: String?
    }

    private final class Box: Sendable {
        let properties: Properties
        init(_ properties: Properties) { self.properties = properties }
    }

    /// Where the node's text begins: at its anchor or tag when it has one, else at its first character.
    package let mark: YAMLMark
    private let box: Box?

    /// The anchor's name without `&`.
    package var anchor: String? { box?.properties.anchor }

    /// The tag with its handle resolved: `!!int` is `tag:yaml.org,2002:int`. libyaml does not report the lone `!`.
    package var tag: String? { box?.properties.tag }

    @inline(__always) var hasProperties: Bool { box != nil }

    package init(mark: YAMLMark, anchor: String? = nil, tag: String? = nil) {
        self.mark = mark
        box = anchor == nil && tag == nil ? nil : Box(Properties(anchor: anchor, tag: tag))
    }

    package static func == (left: YAMLNodeStart, right: YAMLNodeStart) -> Bool {
        left.mark == right.mark && left.box?.properties == right.box?.properties
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(mark)
        hasher.combine(box?.properties)
    }
}

/// One event of a YAML stream, in the order of the text (YAML 1.2.2 section 3.1, "serialization tree" events).
package enum YAMLEvent: Hashable, Sendable {
    case streamStart
    case documentStart(YAMLMark)
    case scalar(YAMLScalar, YAMLNodeStart)
    case alias(anchor: String, YAMLMark)
    case sequenceStart(YAMLNodeStart)
    case sequenceEnd
    case mappingStart(YAMLNodeStart)
    case mappingEnd
    case documentEnd
    case streamEnd
}
