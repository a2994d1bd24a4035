extension JSONReader {
    /// Copies a text without its white space; a text that has none is not copied.
    struct Compactor: JSONReaderSink {
        private var copy: [UInt8] = []
        /// The offset up to which the text is in `copy`, or was left out of it.
        private var done = 0

        mutating func open(at offset: Int) {}
        mutating func null(in scanner: Scanner) {}
        mutating func bool(_ value: Bool, in scanner: Scanner) {}
        mutating func string(_ string: StringToken, in scanner: Scanner) {}
        mutating func key(_ string: StringToken, in scanner: Scanner) {}
        mutating func array(count: Int, in scanner: Scanner) {}
        mutating func object(count: Int, in scanner: Scanner) {}

        mutating func number(_ number: NumberToken, in scanner: Scanner) -> Bool {
            scanner.isFinite(number)
        }

        mutating func omit(_ range: Range<Int>, of scanner: Scanner) {
            if done == 0 {
                copy.reserveCapacity(scanner.end)
            }
            copy.append(contentsOf: scanner.slice(from: done, to: range.lowerBound))
            done = range.upperBound
        }

        /// The compact text, or nil when the text was compact already.
        ///
        /// - Parameter bytes: the text from its beginning to its end.
        mutating func result(of bytes: UnsafeRawBufferPointer) -> [UInt8]? {
            guard done > 0 else { return nil }
            copy.append(contentsOf: bytes[done...])
            return copy
        }
    }

    /// The compact form of a text, or nil when it is compact already.
    static func compacted(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits
    ) throws(JSONSyntaxError) -> [UInt8]? {
        var grammar = try Grammar(bytes, limits: limits, sink: Compactor())
        try grammar.text()
        return grammar.sink.result(of: bytes)
    }
}
