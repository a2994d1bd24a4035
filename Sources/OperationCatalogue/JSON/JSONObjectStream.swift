/// Reads one JSON object whose text comes block by block, with the rules and the faults of ``JSONReader``.
///
/// It gives the members one after the other, and where a member's value is an array, its elements: each is read from its own
/// bytes as soon as these are there, and then forgotten. So it holds one element, or one member that is no array, and the keys;
/// of a text that is no object, all.
///
/// Whoever reads asks with ``next(elementsAs:)`` until that gives `nil`, then appends a block or says with ``finish()`` that
/// there is none, and asks again.
package struct JSONObjectStream: ~Copyable {
    /// What comes next.
    package enum Part: Hashable, Sendable {
        /// A member whose value is no array.
        case member(String, JSONValue)
        /// A member whose value is an array, whose elements follow.
        case list(String)
        case element(JSONValue)
        /// An element as its text.
        case text(JSONText)
        case listEnd
        /// The text is no object, but this.
        case other(JSONValue)
        /// Nothing but white space has followed; nothing comes after this.
        case end
    }

    /// The form in which the elements of arrays are given.
    package enum ElementForm: Hashable, Sendable {
        case value, text
    }

    /// The first fault of a text, with its place.
    package struct Fault: Error, Hashable, Sendable {
        /// What is wrong; its offset counts from the beginning of the whole text, behind a byte order mark.
        package let error: JSONSyntaxError
        package let place: JSONPlace
    }

    private var text = JSONStreamBuffer()
    private var state: State
    private var keys: Set<String> = []
    private let maximumDepth: Int

    private enum State {
        case beginning(passesMark: Bool)
        case top, firstKey, nextKey
        case colon(of: String)
        case value(of: String)
        case firstElement, nextElement, behindElement, behindMember, behindAll, ended
    }

    /// - Parameter passesByteOrderMark: whether a mark before the text is passed over, as RFC 8259 allows; else it is refused.
    package init(limits: JSONLimits = JSONLimits(), passesByteOrderMark: Bool = false) {
        maximumDepth = limits.maximumDepth
        state = .beginning(passesMark: passesByteOrderMark)
    }

    /// More of the text.
    package mutating func append(_ block: UnsafeRawBufferPointer) { text.append(block) }

    /// There is no more of it.
    package mutating func finish() { text.isWhole = true }

    /// The next part; `nil` where more of the text must come first, and behind the end.
    ///
    /// - Throws: ``Fault``, after which nothing more is to be asked for.
    package mutating func next(elementsAs form: ElementForm = .value) throws(Fault) -> Part? {
        do {
            while true {
                let (part, needsMore) = try step(form)
                if part != nil || needsMore { return part }
            }
        } catch {
            throw Fault(error: text.shifted(error), place: text.place(of: error))
        }
    }
}

extension JSONObjectStream {
    private typealias Step = (part: Part?, needsMore: Bool)

    private mutating func step(_ form: ElementForm) throws(JSONSyntaxError) -> Step {
        if case .beginning(let passesMark) = state { return try begin(passesMark) }
        guard text.skipWhitespace() else { return (nil, true) }
        switch state {
        case .beginning: return (nil, false)
        case .top: return try top()
        case .firstKey: return text.take("}") ? close() : try key("a key in double quotes or '}'")
        case .nextKey: return try key("a key in double quotes after ','")
        case .colon(let key): return try goOn(":", to: .value(of: key), or: "':' after a key")
        case .value(let key): return try value(of: key)
        case .firstElement: return text.take("]") ? endList() : try element(form)
        case .nextElement: return try element(form)
        case .behindElement:
            if text.take("]") { return endList() }
            return try goOn(",", to: .nextElement, or: "',' or ']' after a value")
        case .behindMember:
            if text.take("}") { return close() }
            return try goOn(",", to: .nextKey, or: "',' or '}' after a value")
        case .behindAll:
            guard text.isAtEnd else { throw text.unexpected("the end of the text after the value") }
            state = .ended
            return (.end, false)
        case .ended: return (nil, true)
        }
    }

    private mutating func begin(_ passesMark: Bool) throws(JSONSyntaxError) -> Step {
        guard let hasMark = text.beginsWithByteOrderMark else { return (nil, true) }
        guard hasMark else {
            state = .top
            return (nil, false)
        }
        guard passesMark else { throw JSONSyntaxError.byteOrderMark }
        text.dropByteOrderMark()
        state = .beginning(passesMark: false)
        return (nil, false)
    }

    private mutating func top() throws(JSONSyntaxError) -> Step {
        guard text.current == UInt8(ascii: "{") else {
            guard let value = try text.value(depth: 0, maximumDepth) else { return (nil, true) }
            state = .behindAll
            return (.other(value), false)
        }
        return try open(at: 0, .firstKey)
    }

    private mutating func open(at depth: Int, _ next: State) throws(JSONSyntaxError) -> Step {
        guard depth < maximumDepth else { throw text.tooDeep(maximumDepth) }
        text.advance()
        state = next
        return (nil, false)
    }

    private mutating func close() -> Step {
        state = .behindAll
        return (nil, false)
    }

    private mutating func endList() -> Step {
        state = .behindMember
        return (.listEnd, false)
    }

    private mutating func goOn(
        _ character: Unicode.Scalar, to next: State, or expected: String
    ) throws(JSONSyntaxError) -> Step {
        guard text.take(character) else { throw text.unexpected(expected) }
        state = next
        return (nil, false)
    }

    /// A key with its colon, up to the value.
    private mutating func key(_ expected: String) throws(JSONSyntaxError) -> Step {
        guard text.current == UInt8(ascii: "\"") else { throw text.unexpected(expected) }
        guard let key = try text.key(unlike: keys) else { return (nil, true) }
        keys.insert(key)
        state = .colon(of: key)
        return (nil, false)
    }

    private mutating func value(of key: String) throws(JSONSyntaxError) -> Step {
        if text.current == UInt8(ascii: "[") {
            _ = try open(at: 1, .firstElement)
            return (.list(key), false)
        }
        guard let value = try text.value(depth: 1, maximumDepth) else { return (nil, true) }
        state = .behindMember
        return (.member(key, value), false)
    }

    private mutating func element(_ form: ElementForm) throws(JSONSyntaxError) -> Step {
        let part: Part?
        switch form {
        case .value: part = try text.value(depth: 2, maximumDepth).map { .element($0) }
        case .text: part = try text.compactText(depth: 2, maximumDepth).map { .text($0) }
        }
        guard let part else { return (nil, true) }
        state = .behindElement
        return (part, false)
    }
}
