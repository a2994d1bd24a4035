import OperationCatalogue

/// The lines that go out with the next write: bytes in memory that is used again and again.
///
/// The fixed parts of records are put together here from fragments, with one check for room each; what users wrote goes
/// through a ``JSONWriter``.
struct LineBuffer: ~Copyable {
    private var start: UnsafeMutableRawPointer
    private var capacity: Int
    private(set) var count = 0
    /// Texts too long to be copied, each with the offset that it stands before.
    private var borrowed: [(offset: Int, bytes: [UInt8])] = []
    private var borrowedSize = 0

    /// Shorter texts, in bytes, are copied.
    private static let leastBorrowed = 65_536

    init(capacity: Int) {
        self.capacity = capacity
        start = .allocate(byteCount: capacity, alignment: 8)
    }

    deinit { start.deallocate() }

    /// How many bytes the lines have, those that are borrowed among them.
    var size: Int { count + borrowedSize }

    /// The buffer's own bytes from an offset to the end; good until the next change.
    func bytes(from offset: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start + offset, count: count - offset)
    }

    /// Hands everything from an offset on to `body`, piece by piece.
    func forEachPiece(from offset: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        var offset = offset
        for text in borrowed where text.offset >= offset {
            body(UnsafeRawBufferPointer(start: start + offset, count: text.offset - offset))
            text.bytes.withUnsafeBytes(body)
            offset = text.offset
        }
        body(bytes(from: offset))
    }

    /// Calls `body` with everything from an offset on, in pieces that stand one behind the other.
    func withPieces<Result>(from offset: Int, _ body: ([UnsafeRawBufferPointer]) -> Result) -> Result {
        let texts = borrowed.drop { $0.offset < offset }
        return withPieces(from: offset, texts, [], body)
    }

    /// One call for each text that is borrowed, since each is there only while its own lasts.
    private func withPieces<Result>(
        from offset: Int, _ texts: ArraySlice<(offset: Int, bytes: [UInt8])>, _ pieces: [UnsafeRawBufferPointer],
        _ body: ([UnsafeRawBufferPointer]) -> Result
    ) -> Result {
        guard let text = texts.first else { return body(pieces + [bytes(from: offset)]) }
        let own = UnsafeRawBufferPointer(start: start + offset, count: text.offset - offset)
        return text.bytes.withUnsafeBytes { bytes in
            withPieces(
                from: text.offset, texts.dropFirst(), own.isEmpty ? pieces + [bytes] : pieces + [own, bytes], body)
        }
    }

    /// Empties the buffer; memory beyond `limit` bytes is given back.
    mutating func removeAll(keeping limit: Int) {
        count = 0
        forgetBorrowed(from: 0)
        if capacity > limit { reallocate(to: limit) }
    }

    /// Takes away what stands from an offset on.
    mutating func truncate(to count: Int) {
        self.count = min(self.count, count)
        forgetBorrowed(from: count)
    }

    private mutating func forgetBorrowed(from offset: Int) {
        while let last = borrowed.last, last.offset >= offset { borrowedSize -= borrowed.removeLast().bytes.count }
    }

    /// Puts a text in, without a copy where it is long; something else must follow it in its line.
    mutating func append(borrowing bytes: [UInt8]) {
        guard bytes.count >= Self.leastBorrowed else { return append(bytes) }
        borrowed.append((count, bytes))
        borrowedSize += bytes.count
    }

    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    mutating func append(decimal value: some BinaryInteger) {
        if value < 0 { append("-") }
        append(decimal: UInt64(truncatingIfNeeded: value.magnitude), leastDigits: 1)
    }

    /// A duration with three digits of a fraction, such as microseconds shown as milliseconds.
    mutating func append(thousandths value: UInt64) {
        let (whole, fraction) = value.quotientAndRemainder(dividingBy: 1000)
        append(decimal: whole, leastDigits: 1)
        append(".")
        append(decimal: fraction, leastDigits: 3)
    }

    mutating func append(_ identifier: UniqueIdentifier) {
        reserve(UniqueIdentifier.textLength)
        identifier.write(into: UnsafeMutableRawBufferPointer(start: start + count, count: UniqueIdentifier.textLength))
        count += UniqueIdentifier.textLength
    }

    private mutating func append(decimal value: UInt64, leastDigits: Int) {
        let longest = 20
        reserve(longest)
        // Least digit first, from the end of the room, then moved to its front.
        var rest = value
        var position = longest
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            position -= 1
            start.storeBytes(
                of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit), toByteOffset: count + position, as: UInt8.self
            )
            rest = quotient
        } while rest > 0 || longest - position < leastDigits
        (start + count).copyMemory(from: start + count + position, byteCount: longest - position)
        count += longest - position
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        (start + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    private mutating func reserve(_ room: Int) {
        if capacity - count < room { reallocate(to: max(capacity * 2, count + room)) }
    }

    private mutating func reallocate(to capacity: Int) {
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        fresh.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = fresh
        self.capacity = capacity
    }
}
