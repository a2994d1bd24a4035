import Glibc
import OperationCatalogue
import OperationPipeline

/// Where `deferno call` reads its arguments from, when they are no words: one JSON object, of any size.
enum CallInput: Hashable, Sendable {
    case standardInput
    case file(String)

    /// `-`, or `@` and a path; `nil` for words that are arguments themselves.
    init?(_ words: [String]) {
        guard words.count == 1, let word = words.first else { return nil }
        if word == "-" {
            self = .standardInput
        } else if word.hasPrefix("@"), word != "@" {
            self = .file(String(word.dropFirst()))
        } else {
            return nil
        }
    }

    private var name: String {
        switch self {
        case .standardInput: "standard input"
        case .file(let path): path
        }
    }

    /// Reads it to its end, or to its first fault, on a thread that may wait for it.
    func arguments(for fields: [FieldDefinition]) async throws(CallArguments.Fault) -> CallArguments {
        try await BlockingGate(width: 1).run { () throws(CallArguments.Fault) in try read(for: fields) }
    }

    private func read(for fields: [FieldDefinition]) throws(CallArguments.Fault) -> CallArguments {
        guard case .file(let path) = self else { return try arguments(from: STDIN_FILENO, fields) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault("cannot be opened", errno) }
        defer { close(descriptor) }
        return try arguments(from: descriptor, fields)
    }

    private func arguments(
        from descriptor: Int32, _ fields: [FieldDefinition]
    ) throws(CallArguments.Fault) -> CallArguments {
        var collector = ArgumentCollector(for: fields)
        // Programs on Windows begin files with a byte order mark, which RFC 8259 lets a reader pass over.
        var stream = JSONObjectStream(passesByteOrderMark: true)
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        while !collector.isComplete {
            let count = try readBlock(&block, from: descriptor)
            if count == 0 { stream.finish() }
            block.withUnsafeBytes { stream.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            do {
                while let part = try stream.next(elementsAs: collector.elementForm) { collector.add(part) }
            } catch {
                throw CallArguments.Fault(
                    message: "\(name):\(error.place.line):\(error.place.column): not valid JSON: \(error.error.message)"
                )
            }
        }
        if let other = collector.other {
            throw CallArguments.Fault(
                message: "\(name): expected one JSON object with the operation's fields, found "
                    + other.shortDescription)
        }
        return collector.arguments
    }

    /// - Returns: how many bytes have come; 0 at the end.
    private func readBlock(_ block: inout [UInt8], from descriptor: Int32) throws(CallArguments.Fault) -> Int {
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            let failure = errno
            if count >= 0 { return count }
            if failure == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if failure != EINTR {
                throw fault("cannot be read", failure)
            }
        }
    }

    /// How much is read at a time, in bytes.
    private static let blockSize = 256 << 10

    private func fault(_ what: String, _ number: Int32) -> CallArguments.Fault {
        CallArguments.Fault(message: "\(name): \(what): \(String(cString: strerror(number)))")
    }
}

/// Puts an operation's arguments together from the parts of one JSON object.
private struct ArgumentCollector {
    private(set) var arguments = CallArguments()
    /// What the text is in place of an object.
    private(set) var other: JSONValue?
    private(set) var isComplete = false
    /// The fields whose lists can be of any length.
    private let longLists: Set<String>
    private var list: (name: String, elements: [JSONValue]) = ("", [])

    init(for fields: [FieldDefinition]) {
        longLists = Set(fields.filter { $0.kind == .taskList }.map(\.name))
    }

    var elementForm: JSONObjectStream.ElementForm { longLists.contains(list.name) ? .text : .value }

    mutating func add(_ part: JSONObjectStream.Part) {
        switch part {
        case .member(let name, let value): arguments.object.append(name, value)
        case .list(let name):
            list = (name, [])
            if longLists.contains(name) { arguments.lists[name] = JSONTextList() }
        case .element(let value): list.elements.append(value)
        case .text(let text): arguments.lists[list.name]?.append(text)
        case .listEnd:
            if arguments.lists[list.name] == nil { arguments.object.append(list.name, .array(list.elements)) }
        case .other(let value): other = value
        case .end: isComplete = true
        }
    }
}
