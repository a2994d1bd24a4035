/// The members of an object's text as ranges of its bytes: the text is checked as ``JSONReader`` does, and no tree is built.
package struct JSONMembers: Sendable {
    package struct Member: Sendable {
        /// What stands between the key's quotes.
        package let key: Range<Int>
        package let value: Range<Int>
    }

    /// In the order of the text.
    package private(set) var members: [Member] = []

    package init() {}

    /// Reads another text, in the memory of the one before.
    ///
    /// - Throws: ``JSONSyntaxError`` with the first fault, also where the text is no object.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
    ) throws(JSONSyntaxError) {
        var room: [Member] = []
        swap(&room, &members)
        room.removeAll(keepingCapacity: true)
        var grammar = try JSONReader.Grammar(bytes, limits: limits, sink: MemberFinder(members: room))
        try grammar.text()
        guard grammar.sink.isObject else {
            throw JSONSyntaxError(message: "expected an object", offset: 0)
        }
        members = grammar.sink.members
    }
}

/// Notes where the members of the outermost object are.
private struct MemberFinder: JSONReaderSink {
    var members: [JSONMembers.Member]
    var isObject = false
    private var depth = 0
    private var key = 0..<0
    /// Where the container of depth 2 that is open begins.
    private var start = 0

    init(members: [JSONMembers.Member]) { self.members = members }

    mutating func open(at offset: Int) {
        depth += 1
        if depth == 2 { start = offset }
    }

    mutating func key(_ string: JSONReader.StringToken, in scanner: JSONReader.Scanner) {
        if depth == 1 { key = string.start..<string.end }
    }

    mutating func string(_ string: JSONReader.StringToken, in scanner: JSONReader.Scanner) {
        add((string.start - 1)..<(string.end + 1))
    }

    mutating func number(_ number: JSONReader.NumberToken, in scanner: JSONReader.Scanner) -> Bool {
        add(number.start..<number.end)
        return scanner.isFinite(number)
    }

    mutating func bool(_ value: Bool, in scanner: JSONReader.Scanner) {
        add((scanner.position - (value ? 4 : 5))..<scanner.position)
    }

    mutating func null(in scanner: JSONReader.Scanner) {
        add((scanner.position - 4)..<scanner.position)
    }

    mutating func array(count: Int, in scanner: JSONReader.Scanner) { close(at: scanner.position) }

    mutating func object(count: Int, in scanner: JSONReader.Scanner) {
        isObject = depth == 1
        close(at: scanner.position)
    }

    mutating func omit(_ range: Range<Int>, of scanner: JSONReader.Scanner) {}

    private mutating func close(at offset: Int) {
        depth -= 1
        if depth == 1 { add(start..<offset) }
    }

    private mutating func add(_ value: Range<Int>) {
        if depth == 1 { members.append(JSONMembers.Member(key: key, value: value)) }
    }
}
