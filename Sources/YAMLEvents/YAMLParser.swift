import CLibYAML

/// One libyaml parser with its input and its current event; what reader and composer are made of.
///
/// The current event is libyaml's own structure, so that nothing is built that nobody asks for.
struct YAMLParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutablePointer<YAMLInput>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let limits: YAMLLimits
    private let greatestDepth: Int
    private var failure: YAMLError?
    /// Whether the current event owns memory that libyaml must free.
    private var ownsMemory = false
    /// Where the last event ended.
    private var lastEnd = YAMLMark.start

    /// How many collections are open after the current event.
    private(set) var depth = 0

    init(
        source: YAMLInput.Source, limits: YAMLLimits, onRead: (@Sendable (UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(YAMLError) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLError(.outOfMemory, "no memory for the YAML parser", at: .start)
        }
        self.parser = parser
        self.limits = limits
        greatestDepth = min(limits.depth, YAMLLimits.greatestDepth)
        input = .allocate(capacity: 1)
        input.initialize(to: YAMLInput(source: source, limits: limits, parser: parser))
        input.pointee.onRead = onRead
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        YAMLInput.attach(input)
    }

    deinit {
        if ownsMemory { yaml_event_delete(event) }
        yaml_parser_delete(parser)
        parser.deallocate()
        event.deallocate()
        input.pointee.free()
        input.deinitialize(count: 1)
        input.deallocate()
    }

    /// Makes libyaml's next event the current one and returns its type; the end of the stream is returned again and
    /// again, and so is an error.
    mutating func advance() throws(YAMLError) -> yaml_event_type_t {
        if ownsMemory {
            yaml_event_delete(event)
            ownsMemory = false
        }
        if failure != nil { try rethrow() }
        guard yaml_parser_parse(parser, event) == 1 else {
            throw fail(YAMLError(parser: parser, input: input.pointee, lastEnd: lastEnd))
        }
        input.pointee.bytesSinceEvent = 0
        switch event.pointee.type {
        case YAML_SCALAR_EVENT:
            ownsMemory = true
            if input.pointee.filter.hasSubstituted { try restoreScalar() }
            try checkScalar()
        case YAML_MAPPING_START_EVENT:
            ownsMemory = event.pointee.data.mapping_start.anchor != nil || event.pointee.data.mapping_start.tag != nil
            try open()
        case YAML_SEQUENCE_START_EVENT:
            ownsMemory = event.pointee.data.sequence_start.anchor != nil || event.pointee.data.sequence_start.tag != nil
            try open()
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            depth &-= 1
        case YAML_NO_EVENT:
            return YAML_STREAM_END_EVENT
        default:
            ownsMemory = true
        }
        lastEnd = YAMLMark(event.pointee.end_mark)
        return event.pointee.type
    }

    /// Where the current event begins.
    @inline(__always)
    var mark: YAMLMark { YAMLMark(event.pointee.start_mark) }

    /// The text of the current event, which is a scalar.
    @inline(__always)
    var scalar: YAMLScalar {
        YAMLScalar(
            text: UnsafeBufferPointer(start: event.pointee.data.scalar.value, count: event.pointee.data.scalar.length),
            style: YAMLScalarStyle(event.pointee.data.scalar.style)
        )
    }

    /// The beginning of the node whose event is current, a scalar.
    @inline(__always)
    var scalarStart: YAMLNodeStart {
        start(anchor: event.pointee.data.scalar.anchor, tag: event.pointee.data.scalar.tag)
    }

    /// The beginning of the node whose event is current, a sequence's start.
    @inline(__always)
    var sequenceStart: YAMLNodeStart {
        start(anchor: event.pointee.data.sequence_start.anchor, tag: event.pointee.data.sequence_start.tag)
    }

    /// The beginning of the node whose event is current, a mapping's start.
    @inline(__always)
    var mappingStart: YAMLNodeStart {
        start(anchor: event.pointee.data.mapping_start.anchor, tag: event.pointee.data.mapping_start.tag)
    }

    /// The anchor that the current event, an alias, names.
    var aliasedAnchor: String { String(cString: event.pointee.data.alias.anchor) }

    @inline(__always)
    private func start(anchor: UnsafeMutablePointer<UInt8>?, tag: UnsafeMutablePointer<UInt8>?) -> YAMLNodeStart {
        if anchor == nil && tag == nil { return YAMLNodeStart(mark: mark) }
        return YAMLNodeStart(
            mark: mark,
            anchor: anchor.map { String(cString: $0) },
            tag: tag.map { String(cString: $0) }
        )
    }

    /// Puts into the current scalar what libyaml had substitutes for.
    private mutating func restoreScalar() throws(YAMLError) {
        let (length, style) = (event.pointee.data.scalar.length, event.pointee.data.scalar.style)
        guard let text = event.pointee.data.scalar.value, YAMLSubstitutes.mayOccur(in: text, length) else { return }
        let isDoubleQuoted = style == YAML_DOUBLE_QUOTED_SCALAR_STYLE
        let isQuoted = isDoubleQuoted || style == YAML_SINGLE_QUOTED_SCALAR_STYLE
        let place = input.pointee.filter.placeOfCharacterNeedingQuotes(from: mark, to: YAMLMark(event.pointee.end_mark))
        do {
            event.pointee.data.scalar.length = try YAMLSubstitutes.restore(
                text, length, isDoubleQuoted: isDoubleQuoted, isQuoted: isQuoted)
        } catch {
            throw fail(YAMLError(misplaced: error.scalar, at: place ?? mark))
        }
    }

    @inline(__always)
    private mutating func checkScalar() throws(YAMLError) {
        let length = event.pointee.data.scalar.length
        if length <= limits.scalarBytes { return }
        throw fail(
            YAMLError(
                .limit(.scalarBytes),
                "the scalar has \(length) bytes, more than the limit of \(limits.scalarBytes)",
                at: mark
            )
        )
    }

    @inline(__always)
    private mutating func open() throws(YAMLError) {
        depth &+= 1
        if depth <= greatestDepth { return }
        throw fail(
            YAMLError(.limit(.depth), "collections are nested deeper than the limit of \(greatestDepth)", at: mark)
        )
    }

    private func rethrow() throws(YAMLError) {
        if let failure { throw failure }
    }

    /// Remembers the error, so that nothing is read after it.
    private mutating func fail(_ error: YAMLError) -> YAMLError {
        failure = error
        return error
    }
}

/// The parser belongs to one owner, who cannot copy it; libyaml keeps nothing that belongs to a thread.
extension YAMLParser: @unchecked Sendable {}

extension YAMLMark {
    @inline(__always)
    init(_ mark: yaml_mark_t) {
        self.init(
            storedLine: UInt32(truncatingIfNeeded: min(mark.line, 0xFFFF_FFFE)) &+ 1,
            storedColumn: UInt32(truncatingIfNeeded: min(mark.column, 0xFFFF_FFFE)) &+ 1
        )
    }
}

extension YAMLScalarStyle {
    @inline(__always)
    init(_ style: yaml_scalar_style_t) {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: self = .literal
        case YAML_FOLDED_SCALAR_STYLE: self = .folded
        default: self = .plain
        }
    }
}
