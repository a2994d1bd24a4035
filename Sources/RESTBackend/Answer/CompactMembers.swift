import OperationCatalogue

/// Where the members of an object stand in its text, without a tree of them.
struct CompactMembers {
    private var members: [(key: Range<Int>, value: Range<Int>)] = []
    private let bytes: [UInt8]

    /// - Parameter text: an object; of anything else there are no members.
    init(_ text: JSONText) {
        bytes = text.bytes
        guard bytes.first == UInt8(ascii: "{") else { return }
        var position = 1
        while position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            let key = position + 1..<endOfString(at: position) - 1
            // Behind the key stands a colon, and behind the value a comma or the last brace: the text is compact.
            let start = key.upperBound + 2
            let end = endOfValue(at: start)
            members.append((key, start..<end))
            position = end + 1
        }
    }

    /// Where the value of a key stands; keys that are written with escapes are not found.
    subscript(key: StaticString) -> Range<Int>? {
        members.first { member in
            member.key.count == key.utf8CodeUnitCount
                && zip(member.key, 0..<key.utf8CodeUnitCount).allSatisfy { bytes[$0] == key.utf8Start[$1] }
        }?.value
    }

    /// The offset behind the closing quote of the string that begins at an offset.
    private func endOfString(at start: Int) -> Int {
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\\"): position += 2
            case UInt8(ascii: "\""): return position + 1
            default: position += 1
            }
        }
        return bytes.count
    }

    private func endOfValue(at start: Int) -> Int {
        var position = start
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position = endOfString(at: position)
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return position }
                depth -= 1
            case UInt8(ascii: ","):
                if depth == 0 { return position }
            default: break
            }
            position += 1
        }
        return bytes.count
    }
}
