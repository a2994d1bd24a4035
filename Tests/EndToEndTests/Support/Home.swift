import Foundation
import OperationCatalogue
import Testing

/// A person's account that is used for the first time: folders of its own, gone with the last reference.
final class Home {
    let folder: URL
    var environment: [String: String]

    init() throws {
        try #require(DefernoBinary.path.contains("/"), "the program was not found; name it in DEFERNO_BINARY")
        folder = FileManager.default.temporaryDirectory.appending(path: "deferno-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        environment = [
            "HOME": folder.path, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
            "XDG_DATA_HOME": folder.appending(path: "data").path,
            "XDG_STATE_HOME": folder.appending(path: "state").path,
        ]
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    var store: URL { folder.appending(path: "data/deferno/tasks.sqlite") }
    var log: URL { folder.appending(path: "state/deferno/operations.ndjson") }

    /// Whether the program has left anything of its own.
    var isUntouched: Bool {
        !["data", "state"].contains { FileManager.default.fileExists(atPath: folder.appending(path: $0).path) }
    }

    /// Writes a file and returns its name, which is its path for a program that runs in this folder.
    @discardableResult
    func write(_ text: String, to name: String = "script.yaml") throws -> String {
        try write(Data(text.utf8), to: name)
    }

    @discardableResult
    func write(_ data: Data, to name: String) throws -> String {
        try data.write(to: folder.appending(path: name))
        return name
    }

    /// - Parameter program: the path it is called by, where that is not the program's own.
    func start(
        _ arguments: [String],
        program: String = DefernoBinary.path,
        standardInput: CInt? = nil,
        standardOutput: CInt? = nil,
        standardError: CInt? = nil
    ) throws -> Child {
        try Child(
            arguments,
            program: program,
            environment: environment,
            folder: folder.path,
            standardInput: standardInput,
            standardOutput: standardOutput,
            standardError: standardError
        )
    }

    /// Runs the program to its end.
    func run(
        _ arguments: [String],
        program: String = DefernoBinary.path,
        input: String = "",
        within seconds: Double = 20
    ) throws -> Finished {
        let child = try start(arguments, program: program)
        child.send(input)
        child.endInput()
        return child.finish(within: seconds)
    }

    func run(_ arguments: String..., input: String = "") throws -> Finished {
        try run(arguments, input: input)
    }

    /// The payload of one operation that must succeed.
    func call(_ arguments: String...) throws -> JSONValue {
        let finished = try run(["call"] + arguments)
        guard finished.end == .exit(0) else { throw CallFailure(arguments: arguments, finished: finished) }
        return try JSONReader.value(finished.output)
    }

    struct CallFailure: Error, CustomStringConvertible {
        let arguments: [String]
        let finished: Finished
        var description: String { "\(arguments): \(finished.end), \(finished.errorText)" }
    }

    /// The ids of all tasks in the store.
    func taskIDs() throws -> Set<String> {
        Set(try call("list_tasks", "--log", "none").arrayValue?.compactMap { $0["id"]?.stringValue } ?? [])
    }
}

extension Finished {
    /// The outcome lines.
    func outcomes() throws -> [JSONValue] {
        try outputLines.map { try JSONReader.value(Array($0.utf8)) }
    }
}

extension Collection<JSONValue> {
    func count(status: String) -> Int {
        count { $0["status"]?.stringValue == status }
    }

    func count(code: String) -> Int {
        count { $0["error"]?["code"]?.stringValue == code }
    }
}

/// A script of this many creates.
func creates(_ count: Int, onError: String = "continue") -> String {
    var text = "on_error: \(onError)\nsteps:\n"
    for number in 1...max(count, 1) where number <= count {
        text += "  - {op: create_task, args: {title: Task \(number)}}\n"
    }
    return text
}

/// One create as a document that is complete by itself.
func createDocument(_ title: String) -> String {
    "--- {\"op\":\"create_task\",\"args\":{\"title\":\"\(title)\"}}\n...\n"
}
