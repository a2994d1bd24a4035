/// Writes JSON texts, compact, into one growing array of bytes.
///
/// Commas take care of themselves. The caller sees to the rest of the grammar: a key before each value of an object, an end
/// for each beginning, one value for each text; debug builds stop where beginnings and ends do not match. The bytes written
/// hold no newline but those of ``newline()``.
package struct JSONWriter: Sendable {
    /// Everything written so far, but for what a drain has taken.
    package internal(set) var bytes: [UInt8]

    @usableFromInline var needsComma = false
    @usableFromInline var depth = 0

    /// Where bytes go once there are ``drainSize`` of them.
    @usableFromInline let drain: (any JSONDrain)?
    @usableFromInline let drainSize: Int

    /// A writer with room for a number of bytes.
    package init(reservingCapacity capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
        (drain, drainSize) = (nil, .max)
    }

    /// A writer that hands over what it has written where ``relieve()`` is called and it is enough for the drain.
    package init(drainingTo drain: (any JSONDrain)?) {
        bytes = []
        self.drain = drain
        drainSize = drain?.size ?? .max
    }

    /// A writer that appends to bytes, whose storage it takes over when no one else holds it.
    package init(appendingTo bytes: consuming [UInt8]) {
        self.bytes = bytes
        (drain, drainSize) = (nil, .max)
    }

    /// Forgets what was written and begins anew.
    package mutating func removeAll(keepingCapacity: Bool = false) {
        bytes.removeAll(keepingCapacity: keepingCapacity)
        needsComma = false
        depth = 0
    }

    /// Hands over what was written, without a copy, and begins anew with nothing.
    package mutating func takeBytes() -> [UInt8] {
        assert(depth == 0, "an array or object was not ended")
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        needsComma = false
        return taken
    }

    /// Hands over the one text that was written, without a copy, and begins anew with nothing.
    package mutating func takeText() -> JSONText {
        JSONText(trusted: takeBytes())
    }
}

extension JSONWriter {
    @inlinable
    package mutating func beginObject() {
        open(UInt8(ascii: "{"))
    }

    @inlinable
    package mutating func endObject() {
        close(UInt8(ascii: "}"))
    }

    @inlinable
    package mutating func beginArray() {
        open(UInt8(ascii: "["))
    }

    @inlinable
    package mutating func endArray() {
        close(UInt8(ascii: "]"))
    }

    /// Ends a line: between the texts of NDJSON, never within one.
    @inlinable
    package mutating func newline() {
        assert(depth == 0, "a newline within an array or object")
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    @inlinable
    mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
        depth &+= 1
    }

    @inlinable
    mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
        depth &-= 1
        assert(depth >= 0, "an end without a beginning")
    }

    /// The comma before a value or key that follows another value.
    @inlinable
    @inline(__always)
    mutating func separate() {
        if needsComma {
            bytes.append(UInt8(ascii: ","))
        }
    }
}
