/// Looks into JSON texts that have been read already, for what a tree does not keep: the digits of a number, and where the
/// elements of an array stand.
extension Span<UInt8> {
    /// The number that stands under these keys, as it is written.
    func number(under path: [String]) -> [UInt8]? {
        var start = 0
        for key in path {
            guard let value = valueOfMember(Array(key.utf8), from: start) else { return nil }
            start = value
        }
        var digits: [UInt8] = []
        while start < count, "+-.0123456789eE".utf8.contains(self[start]) {
            digits.append(self[start])
            start += 1
        }
        return digits
    }

    /// Where the elements of the outermost array stand, in order, with the white space around them.
    func elementRanges() -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int?
        scan(from: 0) { index, depth in
            let byte = self[index]
            if byte == UInt8(ascii: "["), depth == 1, start == nil {
                start = index + 1
            } else if byte == UInt8(ascii: ",") && depth == 1 || depth == 0 {
                if let begin = start { ranges.append(begin..<index) }
                start = index + 1
            }
            return depth > 0
        }
        return ranges
    }

    /// Where the value of a member begins, of the object that begins at or after `start`.
    private func valueOfMember(_ key: [UInt8], from start: Int) -> Int? {
        var place: Int?
        scan(from: start) { index, depth in
            if depth == 1, self[index] == UInt8(ascii: "\""),
                let value = valueAfterKey(endingAt: endOfString(from: index + 1)),
                matches(key, at: index + 1)
            {
                place = value
            }
            return place == nil && depth > 0
        }
        return place
    }

    /// Calls `body` for every byte of the value at `start` that is neither white space nor inside a string, with the depth
    /// after it, until it returns `false`; of a string it gets the first quotation mark.
    private func scan(from start: Int, _ body: (_ index: Int, _ depth: Int) -> Bool) {
        var depth = 0
        var index = start
        while index < count {
            switch self[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            if self[index] > UInt8(ascii: " "), !body(index, depth) { return }
            if self[index] == UInt8(ascii: "\"") { index = endOfString(from: index + 1) }
            index += 1
        }
    }

    /// The place of the quotation mark that ends a string.
    private func endOfString(from start: Int) -> Int {
        var index = start
        while index < count, self[index] != UInt8(ascii: "\"") {
            index += self[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index
    }

    /// Where the value begins, if the string that ends here is a key.
    private func valueAfterKey(endingAt end: Int) -> Int? {
        var index = end + 1
        while index < count, self[index] <= UInt8(ascii: " ") { index += 1 }
        guard index < count, self[index] == UInt8(ascii: ":") else { return nil }
        index += 1
        while index < count, self[index] <= UInt8(ascii: " ") { index += 1 }
        return index
    }

    /// Whether the string that begins here is the key, written without escapes.
    private func matches(_ key: [UInt8], at start: Int) -> Bool {
        guard start + key.count < count, self[start + key.count] == UInt8(ascii: "\"") else { return false }
        return key.indices.allSatisfy { key[$0] == self[start + $0] }
    }
}
