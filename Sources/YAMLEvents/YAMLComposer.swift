import CLibYAML

/// Pulls events like ``YAMLEventReader``, and composes whole nodes out of them where its caller wants one.
///
/// A caller that expects a long list pulls the list's start with ``next()`` and then its items with ``composeNext()``,
/// so that only one item is held. The anchors of a document are kept until the document ends, whether their nodes were
/// composed or pulled.
package struct YAMLComposer: ~Copyable, Sendable {
    private var parser: YAMLParser
    private var stack = YAMLNodeStack()
    private var anchors: YAMLAnchors
    private let limits: YAMLLimits
    /// Nodes and bytes of text in the node that is being composed, aliases included.
    private var size = YAMLNodeSize()

    /// How much text the node that was composed last holds, in bytes of UTF-8, what aliases stand for included.
    package var composedBytes: Int { size.bytes }

    /// How many collections are open after the last event.
    package var depth: Int { parser.depth }

    /// Reads from a descriptor; see ``YAMLEventReader/init(fileDescriptor:limits:)``.
    /// - Parameters:
    ///   - marker: a short ASCII text; scalars know the places of all its occurrences (``YAMLNodeStart/markers``).
    ///   - findsCuts: whether plain scalars know the comment that seems to have cut them (``YAMLNodeStart/cut``).
    ///   - onRead: gets all bytes as they are read.
    /// - Throws: ``YAMLError`` of kind `outOfMemory`.
    package init(
        fileDescriptor: Int32, limits: YAMLLimits = YAMLLimits(), placesOf marker: String? = nil,
        findsCuts: Bool = false, onRead: (@Sendable (UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(YAMLError) {
        let search = YAMLPlaceSearch(marker: marker.map { Array($0.utf8) }, findsCuts: findsCuts)
        parser = try YAMLParser(
            source: .descriptor(fileDescriptor), limits: limits, search: search, onRead: onRead)
        anchors = YAMLAnchors(limits: limits)
        self.limits = limits
    }

    /// Reads bytes that are already in memory.
    /// - Throws: ``YAMLError`` of kind `outOfMemory`.
    package init(
        bytes: [UInt8], limits: YAMLLimits = YAMLLimits(), placesOf marker: String? = nil, findsCuts: Bool = false
    ) throws(YAMLError) {
        let search = YAMLPlaceSearch(marker: marker.map { Array($0.utf8) }, findsCuts: findsCuts)
        parser = try YAMLParser(source: .bytes(bytes, next: 0), limits: limits, search: search)
        anchors = YAMLAnchors(limits: limits)
        self.limits = limits
    }

    /// The next event, whatever it is. An anchored scalar can be named by aliases later in its document; an anchored
    /// collection cannot, since its items are not kept.
    /// - Throws: as ``YAMLEventReader/next()``, and `limit(anchoredNodes)`, `limit(anchoredBytes)`.
    package mutating func next() throws(YAMLError) -> YAMLEvent {
        let event = YAMLEvent(currentIn: parser, try parser.advance())
        switch event {
        case .scalar(let scalar, let start) where start.hasProperties:
            if let anchor = start.anchor {
                try anchors.define(anchor, as: YAMLNode(content: .scalar(scalar), start: start), YAMLNodeSize(scalar))
            }
        case .sequenceStart(let start) where start.hasProperties, .mappingStart(let start) where start.hasProperties:
            if let anchor = start.anchor { _ = anchors.open(anchor, at: start.mark) }
        case .documentStart, .documentEnd:
            anchors.removeAll()
        default:
            break
        }
        return event
    }

    /// The next node, complete; `nil` when the next event begins none, as at the end of the sequence the caller is in.
    /// That event is consumed.
    /// - Throws: as ``compose(startingWith:)`` and ``next()``.
    package mutating func composeNext() throws(YAMLError) -> YAMLNode? {
        begin()
        switch try parser.advance() {
        case YAML_DOCUMENT_START_EVENT, YAML_DOCUMENT_END_EVENT:
            anchors.removeAll()
            return nil
        case YAML_STREAM_START_EVENT, YAML_STREAM_END_EVENT, YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            return nil
        case let type:
            return try node(type)
        }
    }

    /// The node that an event pulled before begins, complete; `nil` when that event begins none.
    ///
    /// - Throws: ``YAMLError`` of the kinds that reading has, and `limit`, `duplicateKey`, `undefinedAlias`,
    ///   `recursiveAlias`, `mergeValue`, `tag` (of a collection) and, for keys that the core schema cannot type,
    ///   `value`. After it the composer stands inside an unfinished node; only reader errors are repeated.
    package mutating func compose(startingWith event: YAMLEvent) throws(YAMLError) -> YAMLNode? {
        begin()
        switch event {
        case .scalar(let scalar, let start): return try self.scalar(scalar, start)
        case .alias(let anchor, let mark): return try alias(anchor, mark)
        case .sequenceStart(let start): return try sequence(start)
        case .mappingStart(let start): return try mapping(start)
        case .streamStart, .documentStart, .documentEnd, .streamEnd, .sequenceEnd, .mappingEnd: return nil
        }
    }

    /// The root of the next document, complete; `nil` at the end of the stream.
    /// - Throws: as ``compose(startingWith:)``.
    package mutating func composeDocument() throws(YAMLError) -> YAMLNode? {
        while true {
            switch try next() {
            case .streamEnd:
                return nil
            case .documentStart:
                guard let root = try composeNext() else { continue }
                return root
            default:
                continue
            }
        }
    }

    private mutating func begin() {
        size = YAMLNodeSize()
        if stack.count > 0 { stack.reset() }
    }

    /// The node that the parser's current event begins, whose type `type` is.
    @inline(__always)
    private mutating func node(_ type: yaml_event_type_t) throws(YAMLError) -> YAMLNode {
        switch type {
        case YAML_SCALAR_EVENT: try scalar(parser.scalar, parser.scalarStart)
        case YAML_MAPPING_START_EVENT: try mapping(parser.mappingStart)
        case YAML_SEQUENCE_START_EVENT: try sequence(parser.sequenceStart)
        default: try alias(parser.aliasedAnchor, parser.mark)
        }
    }

    @inline(__always)
    private mutating func scalar(
        _ scalar: YAMLScalar, _ start: YAMLNodeStart
    ) throws(YAMLError) -> YAMLNode {
        let added = YAMLNodeSize(scalar)
        try count(added, at: start.mark)
        let node = YAMLNode(content: .scalar(scalar), start: start)
        if node.start.hasProperties { try take(propertiesOf: node, added) }
        return node
    }

    private mutating func take(propertiesOf scalar: YAMLNode, _ added: YAMLNodeSize) throws(YAMLError) {
        if let tag = scalar.tag, !YAMLCoreTag.all.contains(tag), !scalar.isMergeKey {
            throw YAMLError(unknownTag: tag, at: scalar.mark)
        }
        if let anchor = scalar.start.anchor { try anchors.define(anchor, as: scalar, added) }
    }

    private mutating func alias(_ anchor: String, _ mark: YAMLMark) throws(YAMLError) -> YAMLNode {
        let target = try anchors.resolve(anchor, at: mark)
        try count(target.size, at: mark)
        return target.node
    }

    private mutating func sequence(_ start: YAMLNodeStart) throws(YAMLError) -> YAMLNode {
        let before = size
        try count(YAMLNodeSize(nodes: 1, bytes: 0), at: start.mark)
        guard start.hasProperties else { return YAMLNode(content: .sequence(try items()), start: start) }
        try start.checkTag(fits: YAMLCoreTag.sequence, "list")
        let ordinal = open(start)
        let node = YAMLNode(content: .sequence(try items()), start: start)
        try close(node, ordinal, size - before)
        return node
    }

    private mutating func mapping(_ start: YAMLNodeStart) throws(YAMLError) -> YAMLNode {
        let before = size
        try count(YAMLNodeSize(nodes: 1, bytes: 0), at: start.mark)
        guard start.hasProperties else { return YAMLNode(content: .mapping(try pairs()), start: start) }
        try start.checkTag(fits: YAMLCoreTag.mapping, "mapping")
        let ordinal = open(start)
        let node = YAMLNode(content: .mapping(try pairs()), start: start)
        try close(node, ordinal, size - before)
        return node
    }

    private mutating func open(_ start: YAMLNodeStart) -> Int {
        guard let anchor = start.anchor else { return 0 }
        return anchors.open(anchor, at: start.mark)
    }

    private mutating func close(_ node: YAMLNode, _ ordinal: Int, _ size: YAMLNodeSize) throws(YAMLError) {
        if let anchor = node.start.anchor { try anchors.close(anchor, ordinal, as: node, size) }
    }

    private mutating func items() throws(YAMLError) -> [YAMLNode] {
        let base = stack.count
        while true {
            let type = try parser.advance()
            if type == YAML_SEQUENCE_END_EVENT { return stack.takeItems(from: base) }
            stack.push(try node(type))
        }
    }

    private mutating func pairs() throws(YAMLError) -> [YAMLPair] {
        let base = stack.count
        var keys = YAMLMappingKeys(base: base)
        while true {
            let type = try parser.advance()
            if type == YAML_MAPPING_END_EVENT { break }
            let key = try node(type)
            try keys.admit(key, on: stack)
            stack.push(key)
            stack.push(try node(try parser.advance()))
        }
        let pairs = stack.takePairs(from: base)
        guard let mergeKey = keys.mergeKey else { return pairs }
        return try YAMLMergeKey.apply(at: (mergeKey - base) / 2, to: pairs)
    }

    @inline(__always)
    private mutating func count(_ added: YAMLNodeSize, at mark: YAMLMark) throws(YAMLError) {
        size += added
        if size.bytes &+ size.nodes &* YAMLLimits.bytesOfNode <= limits.composedBytes { return }
        throw YAMLError(
            .limit(.composedBytes),
            "this value has more than the limit of \(limits.composedBytes) bytes (\(YAMLLimits.bytesOfNode) for each "
                + "part of it, and its text)",
            at: mark)
    }
}

extension YAMLNodeStart {
    /// Refuses a collection's tag other than its own; the lone `!` says nothing.
    fileprivate func checkTag(fits expected: String, _ name: String) throws(YAMLError) {
        guard let tag, tag != expected, tag != "!" else { return }
        guard YAMLCoreTag.all.contains(tag) else { throw YAMLError(unknownTag: tag, at: mark) }
        throw YAMLError(.tag, "the tag \(YAMLCoreTag.shortForm(tag)) does not fit a \(name)", at: mark)
    }
}
