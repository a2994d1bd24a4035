import Crypto
import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline
import Synchronization
import Testing

/// A folder of its own that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/deferno-log-XXXXXX".utf8CString)
        let made = mkdtemp(&template) != nil
        try #require(made)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(path) }

    private static func remove(_ path: String) {
        guard let folder = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { remove("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    }

    /// The names of what lies in it, sorted.
    func names() throws -> [String] {
        let entries = try #require(opendir(path))
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

/// The file's bytes; empty where there is none.
func contents(of path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        guard count > 0 else { return bytes }
        bytes += chunk[..<count]
    }
}

func append(_ text: String, to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    try #require(write(descriptor, bytes, bytes.count) == bytes.count)
}

func mode(of path: String) throws -> mode_t {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return status.st_mode & 0o777
}

func lines(of path: String) -> [[UInt8]] {
    contents(of: path).split(separator: UInt8(ascii: "\n")).map(Array.init)
}

/// The records of a log, each of whose lines must be one.
func records(of path: String) throws -> [JSONValue] {
    try lines(of: path).map { try JSONText(validating: $0).value() }
}

/// Checks that each writer's numbers run from 0 without a gap, in the order of the file.
func expectUnbrokenSequences(_ records: [JSONValue], location: SourceLocation = #_sourceLocation) {
    var next: [String: Int64] = [:]
    for record in records {
        let writer = record["writer"]?.stringValue ?? ""
        #expect(record["seq"]?.integerValue == next[writer, default: 0], sourceLocation: location)
        next[writer, default: 0] += 1
    }
}

/// Checks each record's hash against the hash of its writer's record before and its own bytes; lines that are no records
/// count for nothing.
func expectIntactChains(_ lines: [[UInt8]], location: SourceLocation = #_sourceLocation) {
    var last: [String: String] = [:]
    for line in lines {
        guard let record = try? JSONText(validating: line).value() else { continue }
        let writer = record["writer"]?.stringValue ?? ""
        let text = String(decoding: line, as: UTF8.self)
        let body = text.ranges(of: ",\"hash\":\"").last.map { text[..<$0.lowerBound] } ?? ""
        let previous = last[writer] ?? record["prev"]?.stringValue ?? ""
        let digest = SHA256.hash(data: Array((previous + body).utf8))
        let expected = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        #expect(record["hash"]?.stringValue == expected, sourceLocation: location)
        last[writer] = record["hash"]?.stringValue
    }
}

/// What a log has reported.
final class Reports: Sendable {
    private let sentences = Mutex<[String]>([])

    var all: [String] { sentences.withLock { $0 } }

    func add(_ sentence: String) { sentences.withLock { $0.append(sentence) } }
}

enum Sample {
    static let caller = Caller(door: .batch, user: "anna", client: Caller.Client(name: "editor", version: "1.2"))
    static let definition = CreateTask.definition

    static func request(_ arguments: JSONObject) -> OperationRequest { request("create_task", arguments) }

    static func request(_ operation: String, _ arguments: JSONObject) -> OperationRequest {
        OperationRequest(operation, arguments, caller: caller)
    }

    static func intent(_ arguments: JSONObject = ["title": "Buy milk"]) -> Invocation {
        var reader = ArgumentReader(arguments)
        return Invocation(
            id: .version7(), definition: definition, operation: CreateTask(&reader),
            request: request(arguments))
    }

    static func intents(_ count: Int, title: String = "Buy milk") -> [Invocation] {
        (0..<count).map { _ in intent(["title": .string(title)]) }
    }

    static func outcome(
        _ request: OperationRequest,
        _ definition: OperationDefinition?,
        _ result: OperationResult,
        hasIntent: Bool = false
    ) -> ConcludedOperation {
        ConcludedOperation(
            id: .version7(), request: request, definition: definition, hasIntent: hasIntent,
            outcome: Outcome(result: result, nanoseconds: 1_900_499))
    }

    static func list(_ elements: [JSONValue]) -> JSONTextList {
        var list = JSONTextList()
        for element in elements { list.append(JSONText(element)) }
        return list
    }

    static func payload(bytes: Int) -> JSONText {
        JSONText(.string(String(repeating: "x", count: bytes - 2)))
    }

    static func read() -> ConcludedOperation {
        outcome(request("whoami", [:]), WhoAmI.definition, .ok(JSONText(["name": "anna"])))
    }
}

/// Runs a call that must be refused because of the log, and gives its error.
func refusal(
    location: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async throws -> OperationError {
    do {
        try await body()
    } catch let error as OperationError {
        #expect(error.code == .logUnavailable, sourceLocation: location)
        return error
    }
    Issue.record("expected the log to refuse", sourceLocation: location)
    throw OperationError(.internalError, "not refused")
}
