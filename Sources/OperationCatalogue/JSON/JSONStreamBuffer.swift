/// What a ``JSONObjectStream`` has of its text and has not stepped over yet.
struct JSONStreamBuffer: ~Copyable {
    private var bytes: [UInt8] = []
    /// Up to here it has been stepped over.
    private var position = 0
    /// The place in the whole text of what stands first in `bytes`.
    private var origin = (offset: 0, place: JSONPlace())
    /// The search for the end of the value that begins at `position`.
    private var end: JSONValueEnd?
    /// Whether nothing more will come.
    var isWhole = false

    /// Forgets what was stepped over.
    mutating func append(_ block: UnsafeRawBufferPointer) {
        forget(position)
        bytes.append(contentsOf: block)
    }

    /// Between values only, or where more of one must come.
    private mutating func forget(_ count: Int) {
        guard count > 0 else { return }
        bytes.withUnsafeBytes { origin.place.step(over: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        origin.offset += count
        bytes.removeSubrange(..<count)
        position -= count
        end = end?.shifted(by: -count)
    }

    // MARK: Single characters

    var isAtEnd: Bool { isWhole && position == bytes.count }

    /// The next byte, and 0 at the end.
    var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

    mutating func advance() { position += 1 }

    /// Steps over a character when it is the next one.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// - Returns: whether something else follows, if only the end of the text; `false` where more must come to tell.
    mutating func skipWhitespace() -> Bool {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            default: return true
            }
        }
        return isWhole
    }

    /// `nil` where more must come to tell.
    var beginsWithByteOrderMark: Bool? {
        let mark = JSONReader.byteOrderMark
        if bytes.starts(with: mark) { return true }
        return isWhole || !mark.starts(with: bytes) ? false : nil
    }

    /// It counts as no part of the text.
    mutating func dropByteOrderMark() { bytes.removeSubrange(..<JSONReader.byteOrderMark.count) }

    // MARK: Values

    /// Steps over a value within so many arrays and objects; `nil` where more must come first.
    mutating func value(depth: Int, _ maximumDepth: Int) throws(JSONSyntaxError) -> JSONValue? {
        try read { text throws(JSONSyntaxError) in
            var grammar = try JSONReader.Grammar(
                text, limits: JSONLimits(maximumDepth: maximumDepth), sink: JSONReader.TreeBuilder())
            try grammar.value(depth: depth)
            return (grammar.sink.result(), grammar.position)
        }
    }

    /// Steps over a value and gives its text without white space; `nil` where more must come first.
    mutating func compactText(depth: Int, _ maximumDepth: Int) throws(JSONSyntaxError) -> JSONText? {
        try read { text throws(JSONSyntaxError) in
            var grammar = try JSONReader.Grammar(
                text, limits: JSONLimits(maximumDepth: maximumDepth), sink: JSONReader.Compactor())
            try grammar.value(depth: depth)
            let value = UnsafeRawBufferPointer(rebasing: text[..<grammar.position])
            return (JSONText(trusted: grammar.sink.result(of: value) ?? [UInt8](value)), grammar.position)
        }
    }

    /// Steps over a string, which must not be among `known`; `nil` where more must come first.
    mutating func key(unlike known: Set<String>) throws(JSONSyntaxError) -> String? {
        try read { text throws(JSONSyntaxError) in
            var scanner = try JSONReader.Scanner(text)
            let token = try scanner.string()
            let key = scanner.contents(of: token)
            guard !known.contains(key) else { throw scanner.duplicate(token) }
            return (key, scanner.position)
        }
    }

    /// - Parameter parse: gets the bytes of the value and the one behind it, so that a fault of a number or word says what was
    ///   found; gives what it has made of the value, and its length.
    private mutating func read<Result>(
        _ parse: (UnsafeRawBufferPointer) throws(JSONSyntaxError) -> (Result, Int)
    ) throws(JSONSyntaxError) -> Result? {
        var search = end ?? JSONValueEnd(from: position)
        guard let end = bytes.withUnsafeBytes({ search.find(in: $0, isWhole: isWhole) }) else {
            self.end = search
            return nil
        }
        self.end = nil
        let start = position
        let (result, length) = try bytes.span.withUnsafeBytes { all throws(JSONSyntaxError) in
            do throws(JSONSyntaxError) {
                return try parse(UnsafeRawBufferPointer(rebasing: all[start..<min(end + 1, all.count)]))
            } catch {
                throw JSONSyntaxError(message: error.message, offset: error.offset + start)
            }
        }
        position += length
        return result
    }

    // MARK: Faults

    func unexpected(_ expected: String) -> JSONSyntaxError {
        fault(or: .unexpectedEnd(expected, at: position)) { $0.unexpected(expected) }
    }

    func tooDeep(_ limit: Int) -> JSONSyntaxError {
        fault(or: .unexpectedEnd("a value", at: position)) { $0.tooDeep(limit) }
    }

    private func fault(
        or other: JSONSyntaxError, _ make: (JSONReader.Scanner) -> JSONSyntaxError
    ) -> JSONSyntaxError {
        bytes.withUnsafeBytes { all in
            guard var scanner = try? JSONReader.Scanner(all) else { return other }
            scanner.position = position
            return make(scanner)
        }
    }

    /// The error with its offset in the whole text.
    func shifted(_ error: JSONSyntaxError) -> JSONSyntaxError {
        JSONSyntaxError(message: error.message, offset: origin.offset + error.offset)
    }

    /// The place of an error of this buffer in the whole text.
    func place(of error: JSONSyntaxError) -> JSONPlace {
        var place = origin.place
        for byte in bytes.prefix(error.offset) { place.step(over: byte) }
        return place
    }
}
