import Glibc
package import OperationCatalogue

/// A record as it stands in its line: no tree is built, and what is not asked for is not decoded.
///
/// It takes any order of members, members that it does not know and kinds of record that it does not know.
package struct LogRecord {
    /// The line; good as long as the line is.
    package let bytes: UnsafeRawBufferPointer
    private let members: JSONMembers

    /// - Parameter members: those of the line.
    init(_ bytes: UnsafeRawBufferPointer, _ members: JSONMembers) {
        self.bytes = bytes
        self.members = members
    }

    /// A member's value as JSON; `nil` where there is none.
    package func json(_ name: StaticString) -> UnsafeRawBufferPointer? {
        for member in members.members where member.key.count == name.utf8CodeUnitCount {
            let key = UnsafeRawBufferPointer(rebasing: bytes[member.key])
            if let base = key.baseAddress, memcmp(base, name.utf8Start, key.count) == 0 {
                return UnsafeRawBufferPointer(rebasing: bytes[member.value])
            }
        }
        return nil
    }

    /// A member's text; `nil` where there is none, or it is no text.
    package func text(_ name: StaticString) -> String? {
        guard let value = json(name), value.count >= 2, value.first == UInt8(ascii: "\"") else { return nil }
        let contents = UnsafeRawBufferPointer(rebasing: value.dropFirst().dropLast())
        guard contents.contains(UInt8(ascii: "\\")) else { return String(decoding: contents, as: UTF8.self) }
        return (try? JSONReader.value(value))?.stringValue
    }

    package func number(_ name: StaticString) -> Double? {
        json(name).flatMap { (try? JSONReader.value($0))?.doubleValue }
    }

    /// A member's value as a tree; `nil` where there is none.
    package func value(_ name: StaticString) -> JSONValue? {
        json(name).flatMap { try? JSONReader.value($0) }
    }

    /// Whether a member is exactly this text, which holds nothing that JSON escapes.
    package func has(_ name: StaticString, _ text: String) -> Bool {
        guard let value = json(name), value.count == text.utf8.count + 2 else { return false }
        return value.dropFirst().dropLast().elementsEqual(text.utf8)
    }

    /// The whole record as a tree.
    package var tree: JSONValue { (try? JSONReader.value(bytes)) ?? .null }

    var kind: RecordKind? { text("kind").flatMap { RecordKind(rawValue: $0) } }
}
