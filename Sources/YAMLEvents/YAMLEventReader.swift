import CLibYAML

/// Pulls the events of one YAML stream, one at a time, in constant memory.
///
/// It owns a libyaml parser. libyaml's buffers hold 16 KiB of input and as many decoded characters; beyond them only
/// the event under way is held. An event is given as soon as libyaml can tell it from the bytes that have arrived, so
/// a pipe need not be full or closed first. It reads on the thread that calls ``next()`` and blocks there.
package struct YAMLEventReader: ~Copyable, Sendable {
    private var parser: YAMLParser

    /// How many collections are open after the last event.
    package var depth: Int { parser.depth }

    /// Reads from a file, pipe, terminal or socket. The descriptor is neither closed nor changed, and must stay open
    /// while the reader lives. Input after the end of the stream is not read, but up to 16 KiB may have been read ahead.
    /// - Throws: ``YAMLError`` of kind `outOfMemory`; faults of the input come with ``next()``.
    package init(fileDescriptor: Int32, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        parser = try YAMLParser(source: .descriptor(fileDescriptor), limits: limits)
    }

    /// Reads bytes that are already in memory.
    /// - Throws: ``YAMLError`` of kind `outOfMemory`; faults of the input come with ``next()``.
    package init(bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        parser = try YAMLParser(source: .bytes(bytes, next: 0), limits: limits)
    }

    /// The next event; after `streamEnd`, `streamEnd` again.
    ///
    /// - Throws: ``YAMLError`` of kind `syntax`, `encoding`, `limit` (`scalarBytes`, `depth`, `tagDirectives`),
    ///   `inputOutput` or `outOfMemory`. The stream is over then: every further call throws the same error.
    package mutating func next() throws(YAMLError) -> YAMLEvent {
        YAMLEvent(currentIn: parser, try parser.advance())
    }
}

extension YAMLEvent {
    /// The current event of a parser, whose type `type` is.
    @inline(__always)
    init(currentIn parser: borrowing YAMLParser, _ type: yaml_event_type_t) {
        switch type {
        case YAML_SCALAR_EVENT: self = .scalar(parser.scalar, parser.scalarStart)
        case YAML_MAPPING_START_EVENT: self = .mappingStart(parser.mappingStart)
        case YAML_MAPPING_END_EVENT: self = .mappingEnd
        case YAML_SEQUENCE_START_EVENT: self = .sequenceStart(parser.sequenceStart)
        case YAML_SEQUENCE_END_EVENT: self = .sequenceEnd
        case YAML_ALIAS_EVENT: self = .alias(anchor: parser.aliasedAnchor, parser.mark)
        case YAML_DOCUMENT_START_EVENT: self = .documentStart(parser.mark)
        case YAML_DOCUMENT_END_EVENT: self = .documentEnd
        case YAML_STREAM_START_EVENT: self = .streamStart
        default: self = .streamEnd
        }
    }
}
