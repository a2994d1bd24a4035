/// What becomes of the parts of a text as the grammar finds them, containers after their contents.
protocol JSONReaderSink: ~Copyable {
    /// An array or an object begins at this offset.
    mutating func open(at offset: Int)
    mutating func null(in scanner: JSONReader.Scanner)
    mutating func bool(_ value: Bool, in scanner: JSONReader.Scanner)
    mutating func string(_ string: JSONReader.StringToken, in scanner: JSONReader.Scanner)
    mutating func key(_ string: JSONReader.StringToken, in scanner: JSONReader.Scanner)
    /// Returns false when the number is infinite as a double.
    mutating func number(_ number: JSONReader.NumberToken, in scanner: JSONReader.Scanner) -> Bool
    mutating func array(count: Int, in scanner: JSONReader.Scanner)
    mutating func object(count: Int, in scanner: JSONReader.Scanner)
    /// White space that means nothing stands at this range of the text, which `scanner` reads.
    mutating func omit(_ range: Range<Int>, of scanner: JSONReader.Scanner)
}

extension JSONReader {
    /// The grammar of RFC 8259, in one place for whoever reads: it walks over a text and tells a sink what it finds.
    struct Grammar<Sink: JSONReaderSink & ~Copyable>: ~Copyable {
        private var scanner: Scanner
        private var keys = KeyTracker()
        private let maximumDepth: Int
        var sink: Sink

        /// - Parameter bytes: must outlive the grammar.
        init(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits, sink: consuming Sink) throws(JSONSyntaxError) {
            self.scanner = try Scanner(bytes)
            self.maximumDepth = limits.maximumDepth
            self.sink = sink
        }

        /// How many bytes have been stepped over.
        var position: Int { scanner.position }

        mutating func text() throws(JSONSyntaxError) {
            try scanner.refuseByteOrderMark()
            skipWhitespace()
            try value(depth: 0)
            skipWhitespace()
            guard scanner.isAtEnd else { throw scanner.unexpected("the end of the text after the value") }
        }

        /// Steps over the value that begins here, within so many arrays and objects.
        mutating func value(depth: Int) throws(JSONSyntaxError) {
            switch scanner.current {
            case UInt8(ascii: "\""): sink.string(try scanner.string(), in: scanner)
            case UInt8(ascii: "{"): try object(depth: depth)
            case UInt8(ascii: "["): try array(depth: depth)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
            case UInt8(ascii: "t"):
                try scanner.literal("true")
                sink.bool(true, in: scanner)
            case UInt8(ascii: "f"):
                try scanner.literal("false")
                sink.bool(false, in: scanner)
            case UInt8(ascii: "n"):
                try scanner.literal("null")
                sink.null(in: scanner)
            default: throw scanner.unexpected("a value")
            }
        }

        private mutating func number() throws(JSONSyntaxError) {
            let number = try scanner.number()
            guard sink.number(number, in: scanner) else { throw scanner.infinite(number) }
        }

        private mutating func array(depth: Int) throws(JSONSyntaxError) {
            guard depth < maximumDepth else { throw scanner.tooDeep(maximumDepth) }
            sink.open(at: scanner.position)
            scanner.advance()
            skipWhitespace()
            guard !scanner.take("]") else { return sink.array(count: 0, in: scanner) }
            var count = 0
            while true {
                try value(depth: depth + 1)
                count += 1
                skipWhitespace()
                if scanner.take(",") {
                    skipWhitespace()
                } else if scanner.take("]") {
                    return sink.array(count: count, in: scanner)
                } else {
                    throw scanner.unexpected("',' or ']' after a value")
                }
            }
        }

        private mutating func object(depth: Int) throws(JSONSyntaxError) {
            guard depth < maximumDepth else { throw scanner.tooDeep(maximumDepth) }
            sink.open(at: scanner.position)
            scanner.advance()
            skipWhitespace()
            guard !scanner.take("}") else { return sink.object(count: 0, in: scanner) }
            var scope = keys.open()
            var count = 0
            while true {
                try key(in: &scope, isFirst: count == 0)
                try value(depth: depth + 1)
                count += 1
                skipWhitespace()
                if scanner.take(",") {
                    skipWhitespace()
                } else if scanner.take("}") {
                    keys.close(scope)
                    return sink.object(count: count, in: scanner)
                } else {
                    throw scanner.unexpected("',' or '}' after a value")
                }
            }
        }

        /// A key with its colon, up to the value.
        private mutating func key(in scope: inout KeyTracker.Scope, isFirst: Bool) throws(JSONSyntaxError) {
            guard scanner.current == UInt8(ascii: "\"") else {
                throw scanner.unexpected(isFirst ? "a key in double quotes or '}'" : "a key in double quotes after ','")
            }
            let key = try scanner.string()
            guard keys.insert(key, into: &scope, in: scanner) else { throw scanner.duplicate(key) }
            sink.key(key, in: scanner)
            skipWhitespace()
            guard scanner.take(":") else { throw scanner.unexpected("':' after a key") }
            skipWhitespace()
        }

        @inline(__always)
        private mutating func skipWhitespace() {
            guard scanner.current <= UInt8(ascii: " ") else { return }
            let start = scanner.position
            scanner.skipWhitespace()
            if scanner.position > start {
                sink.omit(start..<scanner.position, of: scanner)
            }
        }
    }
}
