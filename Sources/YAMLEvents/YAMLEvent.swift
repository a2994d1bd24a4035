/// How a scalar was written. Only plain scalars are typed by the core schema; all others are strings.
package enum YAMLScalarStyle: Hashable, Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
}

/// What a node begins with: its place, and what few nodes have: a tag, an anchor, places inside their text.
///
/// These share one allocation that is made only when there is one of them, so that events stay small.
package struct YAMLNodeStart: Hashable, Sendable {
    private struct Properties: Hashable, Sendable {
        let anchor: String?
        let tag: String?
        let places: YAMLScalarPlaces
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

    /// Where in a scalar the marker stands that ``YAMLComposer`` was asked to look for, in the order of the text.
    package var markers: [YAMLMark] { box?.properties.places.markers ?? [] }

    /// Where a `#` stands that makes a comment of what reads as the rest of this plain scalar: `title: Fix bug #12`. Only
    /// where ``YAMLComposer`` was asked to look for it.
    package var cut: YAMLMark? { box?.properties.places.cut }

    @inline(__always) var hasProperties: Bool { box != nil }

    package init(mark: YAMLMark, anchor: String? = nil, tag: String? = nil) {
        self.init(mark: mark, anchor: anchor, tag: tag, places: YAMLScalarPlaces())
    }

    init(mark: YAMLMark, anchor: String?, tag: String?, places: YAMLScalarPlaces) {
        self.mark = mark
        let isBare = anchor == nil && tag == nil && places.isEmpty
        box = isBare ? nil : Box(Properties(anchor: anchor, tag: tag, places: places))
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
