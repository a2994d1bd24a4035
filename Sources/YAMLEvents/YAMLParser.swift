import CLibYAML
import Glibc

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
    /// Where the text ends that was certainly read as it was meant: the last event's, but a plain scalar over several lines
    /// may have taken in the next key.
    private var settledEnd = YAMLMark.start
    /// The last event, if it was a scalar in quotes.
    private var lastQuoted: YAMLQuotedText?
    private let search: YAMLPlaceSearch
    /// What was found in the current event, which is a scalar.
    private var places: YAMLScalarPlaces?

    /// How many collections are open after the current event.
    private(set) var depth = 0

    init(
        source: YAMLInput.Source, limits: YAMLLimits, search: YAMLPlaceSearch = YAMLPlaceSearch(),
        onRead: (@Sendable (UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(YAMLError) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLError(.outOfMemory, "no memory for the YAML parser", at: .start)
        }
        self.parser = parser
        self.limits = limits
        self.search = search
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
            throw fail(error())
        }
        input.pointee.bytesSinceEvent = 0
        // An empty value and the end of a collection may have no text of their own.
        if event.pointee.start_mark.index != event.pointee.end_mark.index {
            input.pointee.neededFrom = event.pointee.start_mark
            settledEnd = YAMLMark(event.pointee.isPlainOverLines ? event.pointee.start_mark : event.pointee.end_mark)
            lastQuoted = nil
        }
        switch event.pointee.type {
        case YAML_SCALAR_EVENT:
            ownsMemory = true
            if input.pointee.filter.hasSubstituted { try restoreScalar() }
            try checkScalar()
            lookIntoScalar()
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
        let (anchor, tag) = (event.pointee.data.scalar.anchor, event.pointee.data.scalar.tag)
        guard let places else { return start(anchor: anchor, tag: tag) }
        return YAMLNodeStart(
            mark: mark,
            anchor: anchor.map { String(cString: $0) },
            tag: tag.map { String(cString: $0) },
            places: places
        )
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

    /// Notes what is to be known of the current event, a scalar, beside its text.
    @inline(__always)
    private mutating func lookIntoScalar() {
        if places != nil { places = nil }
        let style = event.pointee.data.scalar.style
        if style == YAML_PLAIN_SCALAR_STYLE {
            if search.findsCuts, input.pointee.written.mayHoldNumberSign { findCut() }
        } else if style == YAML_DOUBLE_QUOTED_SCALAR_STYLE || style == YAML_SINGLE_QUOTED_SCALAR_STYLE {
            lastQuoted = YAMLQuotedText(event.pointee)
        }
        if let marker = search.marker, occurs(marker) { findMarkers(marker) }
    }

    @inline(__always)
    private func occurs(_ marker: [UInt8]) -> Bool {
        guard var text = event.pointee.data.scalar.value else { return false }
        let end = text + event.pointee.data.scalar.length
        while end - text >= marker.count, let found = memchr(text, Int32(marker[0]), end - text) {
            text = found.assumingMemoryBound(to: UInt8.self)
            if end - text >= marker.count, memcmp(text, marker, marker.count) == 0 { return true }
            text += 1
        }
        return false
    }

    private mutating func findMarkers(_ marker: [UInt8]) {
        let (start, end) = (event.pointee.start_mark, event.pointee.end_mark)
        let text = input.pointee.written.text(from: start.index, to: end.index)
        var source = YAMLScalarSource(text, from: mark, style: YAMLScalarStyle(event.pointee.data.scalar.style))
        var places = places ?? YAMLScalarPlaces()
        places.markers = source.places(of: marker)
        self.places = places
    }

    private mutating func findCut() {
        let (start, end) = (event.pointee.start_mark, event.pointee.end_mark)
        // A null has no text that could be cut.
        guard end.index > start.index else { return }
        let text = input.pointee.written.text(from: start.index, to: end.index)
        let rest = input.pointee.written.rest(after: text).prefix(3)
        guard rest.count == 3, rest.starts(with: " #".utf8), let next = rest.last,
            !" \t\r\n#!".utf8.contains(next)
        else { return }
        let mark = YAMLMark(end)
        places = YAMLScalarPlaces(cut: YAMLMark(line: mark.line, column: mark.column + 1))
    }

    private mutating func error() -> YAMLError {
        let isSyntax = parser.pointee.error == YAML_SCANNER_ERROR || parser.pointee.error == YAML_PARSER_ERROR
        guard isSyntax, input.pointee.refusal == nil else {
            return YAMLError(parser: parser, input: input.pointee, lastEnd: lastEnd)
        }
        return YAMLSyntaxFault(
            parser: parser, after: lastQuoted, from: input.pointee.neededFrom, to: settledEnd,
            in: &input.pointee.written
        ).error
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

/// What is to be found inside scalars, beside their text.
struct YAMLPlaceSearch: Sendable {
    /// An ASCII text whose places are to be known.
    var marker: [UInt8]?
    /// Whether plain scalars are to know the comment that seems to have cut them.
    var findsCuts = false
}

extension YAMLMark {
    @inline(__always)
    init(_ mark: yaml_mark_t) {
        self.init(
            storedLine: UInt32(truncatingIfNeeded: min(mark.line, 0xFFFF_FFFE)) &+ 1,
            storedColumn: UInt32(truncatingIfNeeded: min(mark.column, 0xFFFF_FFFE)) &+ 1
        )
    }
}

extension yaml_event_t {
    fileprivate var isPlainOverLines: Bool {
        type == YAML_SCALAR_EVENT && start_mark.line != end_mark.line
            && data.scalar.style == YAML_PLAIN_SCALAR_STYLE
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
