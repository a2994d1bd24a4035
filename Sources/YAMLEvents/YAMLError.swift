/// Why a YAML stream was refused, and where.
package struct YAMLError: Error, Hashable, Sendable {
    /// The limits of ``YAMLLimits``, by name.
    package enum Limit: Hashable, Sendable {
        case scalarBytes, depth, composedBytes, aliasedNodes, anchoredNodes, anchoredBytes
        case tagDirectives
    }

    package enum Kind: Hashable, Sendable {
        /// The text is not YAML.
        case syntax
        /// The bytes are not UTF-8 (or UTF-16 after its byte order mark), or hold a character YAML forbids, as NUL.
        case encoding
        /// The text may be YAML but is larger than allowed.
        case limit(Limit)
        /// A mapping has the same key twice; `related` is the first one's place.
        case duplicateKey
        /// An alias names an anchor that no earlier node of its document has.
        case undefinedAlias
        /// An alias stands inside the node it names (or names one that is read as a stream); `related` is that node.
        case recursiveAlias
        /// The value of a merge key `<<` is neither a mapping nor a list of mappings.
        case mergeValue
        /// A tag outside the core schema, or on the wrong kind of node.
        case tag
        /// A scalar that its tag or its range does not allow, or a collection where a scalar was asked for.
        case value
        /// The input could not be read; the system's error number.
        case inputOutput(errno: Int32)
        /// The system had no memory for the parser.
        case outOfMemory
    }

    package let kind: Kind

    /// One sentence without a full stop and without the place itself, so that it can follow `file.yaml:12:7: error: `.
    package let message: String

    /// The place of the fault.
    package let mark: YAMLMark

    /// A second place that explains the fault: where the unfinished collection, the first of two equal keys or the
    /// anchored node begins.
    package let related: YAMLMark?

    package init(_ kind: Kind, _ message: String, at mark: YAMLMark, related: YAMLMark? = nil) {
        self.kind = kind
        self.message = message
        self.mark = mark
        self.related = related
    }
}

extension YAMLError: CustomStringConvertible {
    /// `12:7: error: the message`, ready to follow a file's name and a colon.
    package var description: String { "\(mark.line):\(mark.column): error: \(message)" }
}
