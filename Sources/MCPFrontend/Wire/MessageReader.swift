import Glibc

/// Messages, one a line, read from a descriptor by a thread that may wait for them (MCP, transports, stdio).
struct MessageReader: ~Copyable {
    private let descriptor: Int32
    /// Becomes readable when reading is to end.
    private let stop: Int32
    private let limit: Int
    private var buffer: [UInt8]
    /// Bytes in the buffer that hold input.
    private var filled = 0
    /// Bytes of the unfinished last line that hold no line end.
    private var searched = 0
    /// Whether the present line was too long, and the rest of it is being thrown away.
    private var isSkipping = false
    /// Whether nothing was taken yet.
    private var isAtBeginning = true

    /// What a read has brought.
    enum Piece: ~Escapable {
        /// The bytes of a line without its line end (LF or CRLF).
        case line(Span<UInt8>)
        case tooLong
    }

    /// - Parameters:
    ///   - limit: the longest line that is taken, in bytes without its line end.
    ///   - stop: a descriptor that becomes readable when reading is to end.
    init(_ descriptor: Int32, limit: Int, stop: Int32) {
        self.descriptor = descriptor
        self.limit = limit
        self.stop = stop
        buffer = Array(repeating: 0, count: 1 << 16)
    }

    /// Waits for input and gives every line that it completes to `body`, in order.
    ///
    /// A last line without a line end counts at the end of input. A byte order mark before the first line is passed over.
    ///
    /// - Parameters:
    ///   - time: in milliseconds; `nil` for as long as it takes. After it there are no lines.
    ///   - isPaused: whether input is left where it is, unless nobody will add to it any more: then it is no more than a pipe
    ///     holds, and its end is behind it.
    /// - Returns: whether there may be more; `false` at the end of input, after a failure, and when reading is to end.
    mutating func readLines(
        waiting time: Int32? = nil, isPaused: Bool = false, _ body: (borrowing Piece) -> Void
    ) -> Bool {
        switch waitForInput(time, isPaused) {
        case .input: break
        case .nothing: return true
        case .end: return false
        }
        if filled == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
        let count = buffer.withUnsafeMutableBytes { bytes in
            let room = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
            return read(descriptor, room.baseAddress, room.count)
        }
        if count < 0 { return errno == EINTR || errno == EAGAIN }
        filled += count
        if count == 0 {
            if filled > 0, !isSkipping { give(0..<filled, to: body) }
            return false
        }
        takeLines(body)
        return true
    }

    private enum Wait {
        case input, nothing, end
    }

    private func waitForInput(_ time: Int32?, _ isPaused: Bool) -> Wait {
        // A hang-up is told whether it is asked for or not; that of a socket's other half is POLLRDHUP, which only GNU sources see.
        var requests = [
            pollfd(fd: descriptor, events: isPaused ? 0x2000 : Int16(POLLIN), revents: 0),
            pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            switch poll(&requests, 2, time ?? -1) {
            case 0: return .nothing
            case 1...: return requests[1].revents == 0 ? .input : .end
            default: if errno != EINTR { return .end }
            }
        }
    }

    private mutating func takeLines(_ body: (borrowing Piece) -> Void) {
        var start = 0
        while let end = lineEnd(from: max(start, searched)) {
            if isSkipping { isSkipping = false } else { give(start..<end, to: body) }
            start = end + 1
        }
        if isSkipping { start = filled }
        if filled - start > limit + 1 {
            // The answer does not wait for the line end, which may never come.
            body(.tooLong)
            isSkipping = true
            start = filled
        }
        keep(from: start)
    }

    private func lineEnd(from start: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard start < filled, let base = bytes.baseAddress else { return nil }
            return memchr(base + start, 0x0A, filled - start).map { UnsafeRawPointer($0) - base }
        }
    }

    private mutating func give(_ range: Range<Int>, to body: (borrowing Piece) -> Void) {
        var range = range
        if isAtBeginning {
            isAtBeginning = false
            if buffer[range].starts(with: [0xEF, 0xBB, 0xBF]) { range = range.dropFirst(3) }
        }
        if range.last.map({ buffer[$0] }) == UInt8(ascii: "\r") { range = range.dropLast() }
        if range.count > limit { return body(.tooLong) }
        body(.line(buffer.span.extracting(range)))
    }

    /// Moves the unfinished line to the front, and gives back the memory that a long one took.
    private mutating func keep(from start: Int) {
        let rest = filled - start
        if start > 0, rest > 0 {
            buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                memmove(base, base + start, rest)
            }
        }
        filled = rest
        searched = rest
        if rest == 0, buffer.count > 1 << 20 { buffer = Array(repeating: 0, count: 1 << 16) }
    }
}
