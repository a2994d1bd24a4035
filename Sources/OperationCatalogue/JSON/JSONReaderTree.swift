extension JSONReader {
    /// Builds the tree of a text from the inside out: values wait on a stack until their container ends.
    struct TreeBuilder: JSONReaderSink, ~Copyable {
        private var values = MoveStack<JSONValue>()
        private var keys = MoveStack<String>()

        /// The value of the whole text, once the grammar has reached its end.
        mutating func result() -> JSONValue {
            values.count == 1 ? values.pop(1).move() : .null
        }

        mutating func open(at offset: Int) {}

        mutating func null(in scanner: Scanner) {
            values.push(.null)
        }

        mutating func bool(_ value: Bool, in scanner: Scanner) {
            values.push(.bool(value))
        }

        mutating func string(_ string: StringToken, in scanner: Scanner) {
            values.push(.string(scanner.contents(of: string)))
        }

        mutating func key(_ string: StringToken, in scanner: Scanner) {
            keys.push(scanner.contents(of: string))
        }

        mutating func number(_ number: NumberToken, in scanner: Scanner) -> Bool {
            guard let value = scanner.value(of: number) else { return false }
            values.push(value)
            return true
        }

        mutating func array(count: Int, in scanner: Scanner) {
            let elements = values.pop(count)
            var array: [JSONValue] = []
            array.reserveCapacity(count)
            for index in 0..<count {
                array.append((elements + index).move())
            }
            values.push(.array(array))
        }

        mutating func object(count: Int, in scanner: Scanner) {
            let keys = keys.pop(count)
            let values = values.pop(count)
            var members: [JSONObject.Member] = []
            members.reserveCapacity(count)
            for index in 0..<count {
                members.append(JSONObject.Member(key: (keys + index).move(), value: (values + index).move()))
            }
            self.values.push(.object(JSONObject(uniqueMembers: members)))
        }

        mutating func omit(_ range: Range<Int>, of scanner: Scanner) {}
    }
}
