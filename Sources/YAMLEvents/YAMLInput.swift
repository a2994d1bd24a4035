import CLibYAML
import Glibc

/// The bytes under one parser, and the read handler that gives them to libyaml, as ``YAMLTextFilter`` has made them.
///
/// It lives at a fixed address for as long as its parser, since libyaml keeps that address.
struct YAMLInput {
    enum Source {
        case descriptor(Int32)
        case bytes([UInt8], next: Int)
    }

    /// Why the handler refused to read on; libyaml itself knows no more than "input error".
    enum Refusal {
        case system(errno: Int32)
        case tooMuchForOneEvent(limit: Int)
        case tooManyTagDirectives(limit: Int)
        case brokenUTF16(problem: String, at: YAMLMark)
    }

    /// What one read may bring beyond the limit: libyaml's two buffers, rounded up.
    private static let readAhead = 64 << 10
    /// How much is read at a time, in bytes.
    private static let blockSize = 16 << 10

    var source: Source
    /// Gets all bytes that are read from a descriptor.
    var onRead: (@Sendable (UnsafeRawBufferPointer) -> Void)?
    var refusal: Refusal?
    var filter = YAMLTextFilter()
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockSize, alignment: 8)
    /// What is to be refused once libyaml has everything before it.
    private var coming: Refusal?
    /// What libyaml was given last.
    var written = YAMLSourceText()
    /// From where on ``written`` is needed: the beginning of the last event.
    var neededFrom = yaml_mark_t()
    /// Bytes read since the last event left libyaml.
    var bytesSinceEvent = 0
    private let greatestBytesSinceEvent: Int
    private let greatestTagDirectives: Int
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(source: Source, limits: YAMLLimits, parser: UnsafeMutablePointer<yaml_parser_t>) {
        self.source = source
        self.parser = parser
        greatestBytesSinceEvent = max(0, min(limits.scalarBytes, Int.max - Self.readAhead)) + Self.readAhead
        greatestTagDirectives = limits.tagDirectives
    }

    /// Makes `input` the source of `parser`. Both must stay where they are until the parser is deleted.
    static func attach(_ input: UnsafeMutablePointer<YAMLInput>) {
        yaml_parser_set_input(
            input.pointee.parser,
            { data, buffer, size, sizeRead in
                guard let data, let buffer, let sizeRead else { return 0 }
                let input = data.assumingMemoryBound(to: YAMLInput.self)
                guard let count = input.pointee.read(into: UnsafeMutableRawPointer(buffer), size) else { return 0 }
                let more = UnsafeRawBufferPointer(start: buffer, count: count)
                input.pointee.written.append(more, keepingFrom: input.pointee.neededFrom.index)
                sizeRead.pointee = count
                return 1
            },
            input
        )
    }

    /// Brings at most `size` bytes: what is there now, 0 at the end of the input, `nil` after a refusal.
    private mutating func read(into buffer: UnsafeMutableRawPointer, _ size: Int) -> Int? {
        guard bytesSinceEvent < greatestBytesSinceEvent else {
            refusal = .tooMuchForOneEvent(limit: greatestBytesSinceEvent - Self.readAhead)
            return nil
        }
        if let first = parser.pointee.tag_directives.start, let top = parser.pointee.tag_directives.top,
            top - first > greatestTagDirectives
        {
            refusal = .tooManyTagDirectives(limit: greatestTagDirectives)
            return nil
        }
        while filter.isEmpty {
            if let coming { refusal = coming }
            guard refusal == nil, let base = block.baseAddress, let count = take(into: base, block.count) else {
                return nil
            }
            bytesSinceEvent += count
            do {
                try filter.take(UnsafeRawBufferPointer(rebasing: block[..<count]))
            } catch {
                coming = .brokenUTF16(problem: error.problem, at: filter.mark)
                continue
            }
            if count == 0 { break }
        }
        return filter.give(to: buffer, size)
    }

    /// Gives up what it has read into; nothing can be read after it.
    func free() { block.deallocate() }

    private mutating func take(into buffer: UnsafeMutableRawPointer, _ size: Int) -> Int? {
        switch source {
        case .bytes(let bytes, let next):
            let count = min(size, bytes.count - next)
            bytes.withUnsafeBytes { all in
                UnsafeMutableRawBufferPointer(start: buffer, count: count)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: all[next..<next + count]))
            }
            source = .bytes(bytes, next: next + count)
            return count
        case .descriptor(let descriptor):
            return takeFromDescriptor(descriptor, into: buffer, size)
        }
    }

    /// `read(2)`, again after a signal. A descriptor that somebody else made non-blocking is waited for, not changed.
    private mutating func takeFromDescriptor(
        _ descriptor: Int32, into buffer: UnsafeMutableRawPointer, _ size: Int
    ) -> Int? {
        while true {
            let count = Glibc.read(descriptor, buffer, size)
            if count >= 0 {
                onRead?(UnsafeRawBufferPointer(start: buffer, count: count))
                return count
            }
            switch errno {
            case EINTR:
                continue
            case EAGAIN:
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&waiting, 1, -1)
            case let number:
                refusal = .system(errno: number)
                return nil
            }
        }
    }
}
