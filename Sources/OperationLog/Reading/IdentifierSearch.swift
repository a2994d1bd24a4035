import Glibc
import OperationCatalogue

/// Finds the tasks and the runs of a log that somebody names by less than their identifiers.
package struct IdentifierSearch {
    private let paths: [String]
    /// Beginnings are no shorter, so that they are no other words.
    package static let shortest = 8

    /// What was found, with words that tell it from others.
    package struct Found: Hashable, Sendable {
        package let id: String
        /// A title; empty where none is known.
        package let title: String
    }

    /// - Parameter paths: of the log, oldest first.
    package init(_ paths: [String]) { self.paths = paths }

    /// A task's name as people write it.
    package enum TaskName: Hashable, Sendable {
        case identifier(String)
        /// 8 characters or more.
        case beginning(String)
        /// `local-12`: the slug of an organisation, and the task's number there.
        case reference(String)
        /// `12`, `#12`
        case number(Int64)

        /// `nil` where no task is ever called so.
        package init?(_ text: String) {
            let text = text.trimmed
            if let identifier = UniqueIdentifier(text) {
                self = .identifier(identifier.description)
            } else if text.hasPrefix("#") {
                guard let number = Int64(text.dropFirst()), number > 0 else { return nil }
                self = .number(number)
            } else if text.utf8.count < shortest, let number = Int64(text), number > 0 {
                self = .number(number)
            } else if IdentifierSearch.isBeginning(text) {
                self = .beginning(text.lowercased())
            } else {
                guard let dash = text.lastIndex(of: "-"), dash != text.startIndex,
                    let number = Int64(text[text.index(after: dash)...]), number > 0
                else { return nil }
                self = .reference(text)
            }
        }
    }

    /// Whether it can be the beginning of an identifier.
    package static func isBeginning(_ text: String) -> Bool {
        let form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
        return text.utf8.count >= shortest && text.utf8.count <= UniqueIdentifier.textLength
            && zip(text, form).allSatisfy { $1 == "-" ? $0 == "-" : $0.isASCII && $0.isHexDigit }
    }

    /// The tasks of that name in the log; a few at most.
    package func tasks(_ name: TaskName) -> [Found] {
        switch name {
        case .identifier(let id): [Found(id: id, title: "")]
        case .beginning(let text): collect(ByteNeedle("\"\(text)")) { $0.id.hasPrefix(text) }
        case .reference(let text): collect(ByteNeedle("\"\(text)\"")) { $0.reference == text }
        case .number(let number):
            collect(ByteNeedle("\"\(PayloadMember.number.name)\":\(number)")) { $0.number == number }
        }
    }

    /// The runs whose identifiers begin so.
    package func runs(_ beginning: String) -> [Found] {
        var found: [Found] = []
        scan(ByteNeedle("\"\(beginning)")) { record in
            if let run = record.text("run"), run.hasPrefix(beginning), !found.contains(where: { $0.id == run }) {
                found.append(Found(id: run, title: record.text("file") ?? ""))
            }
            return found.count < Self.most
        }
        return found
    }

    private static let most = 5

    private func collect(_ needle: ByteNeedle, _ fits: (NamedTask) -> Bool) -> [Found] {
        var found: [Found] = []
        scan(needle) { record in
            for (name, isResult) in [("args", false), ("changes", true), ("result", true)] as [(StaticString, Bool)] {
                guard let json = record.json(name), needle.isIn(json), let value = record.value(name) else { continue }
                NamedTask.collect(value, isResult: isResult) { task in
                    guard fits(task) else { return }
                    let index = found.firstIndex { $0.id == task.id }
                    if let index, task.title.isEmpty || !found[index].title.isEmpty { return }
                    if let index { found.remove(at: index) }
                    found.append(Found(id: task.id, title: task.title))
                }
            }
            return found.count < Self.most
        }
        return found
    }

    private func scan(_ needle: ByteNeedle, _ body: (LogRecord) -> Bool) {
        // What is wrong with the files is told when they are read for good.
        _ = LogScan(paths, needles: [needle]) { _ in }.run { record, _ in body(record) }
    }
}

/// A task that a record names, and what else it says of it.
private struct NamedTask {
    let id: String
    var title = ""
    var reference: String?
    var number: Int64?

    /// Goes through all identifiers in a value. What stands beside one in a payload is said of it; in arguments a number and a
    /// reference are those of another store.
    static func collect(_ value: JSONValue, isResult: Bool, _ body: (NamedTask) -> Void) {
        switch value {
        case .string(let text):
            if let id = UniqueIdentifier(text) { body(NamedTask(id: id.description)) }
        case .array(let elements):
            for element in elements { collect(element, isResult: isResult, body) }
        case .object(let object):
            if let id = object[.id]?.stringValue.flatMap({ UniqueIdentifier($0) }) {
                body(
                    NamedTask(
                        id: id.description, title: object[.title]?.stringValue ?? "",
                        reference: isResult ? object[.reference]?.stringValue : nil,
                        number: isResult ? object[.number]?.integerValue : nil))
            }
            if isResult, let change = RecordedChange(value) { return collect(change, in: value, body) }
            for member in object.members where member.key != PayloadMember.id.name {
                collect(member.value, isResult: isResult, body)
            }
        default: break
        }
    }

    /// The tasks of a change, and those that it mentions.
    private static func collect(_ change: RecordedChange, in json: JSONValue, _ body: (NamedTask) -> Void) {
        let tasks = change.tasks.compactMap { UniqueIdentifier($0) }
        for id in tasks {
            body(
                NamedTask(
                    id: id.description, title: change.title ?? "",
                    reference: change[after: .reference]?.stringValue, number: change[after: .number]?.integerValue))
        }
        for field in change.fields {
            for value in [field.before, field.after] {
                if let value { collect(value, isResult: true, body) }
            }
        }
    }
}
