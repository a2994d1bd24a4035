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

    /// A member's identifier; `nil` where there is none.
    func identifier(_ name: String) -> UniqueIdentifier? {
        let member = members.members.first { bytes[$0.key].elementsEqual(name.utf8) }
        guard let value = member?.value, value.count == UniqueIdentifier.textLength + 2 else { return nil }
        return UniqueIdentifier(String(decoding: bytes[value].dropFirst().dropLast(), as: UTF8.self))
    }

    /// Whether a member is exactly this text, which holds nothing that JSON escapes.
    package func has(_ name: StaticString, _ text: String) -> Bool {
        guard let value = json(name), value.count == text.utf8.count + 2 else { return false }
        return value.dropFirst().dropLast().elementsEqual(text.utf8)
    }

    /// The whole record as a tree.
    package var tree: JSONValue { (try? JSONReader.value(bytes)) ?? .null }

    /// Whether it says that a run begins or ends.
    package var isOfRun: Bool { has("kind", "run.begin") || has("kind", "run.end") }

    /// Whether it can be a record at all, of a kind that is known or not.
    var isRecord: Bool { text("kind") != nil && text("time") != nil }

    var kind: RecordKind? { text("kind").flatMap { RecordKind(rawValue: $0) } }
}
