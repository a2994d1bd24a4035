import OperationCatalogue
import OperationPipeline
import SQLiteBackend

/// The contract as a server: the embedded backend behind it, the bare dialect under `/` and the envelope under `/api`.
struct FaithfulServer: Sendable {
    enum Dialect: String, Sendable, CaseIterable {
        case bare, envelope

        var pathPrefix: String { self == .bare ? "" : "/api" }
    }

    let backend: SQLiteBackend
    let token: String
    private let caller = Caller(door: .http, user: "contract")

    init(_ backend: SQLiteBackend, token: String = "secret-token") {
        self.backend = backend
        self.token = token
    }

    func reply(to request: ServerRequest) async -> ServerReply {
        let dialect: Dialect = request.path.hasPrefix("/api/") ? .envelope : .bare
        let path = request.path.dropFirst(dialect.pathPrefix.count)
        guard request.token == "Bearer \(token)" else {
            return .raw("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n", closes: false)
        }
        guard let asked = Self.operation(request, path.split(separator: "/").map(String.init)) else {
            return Self.failure(OperationError(.notFound, "no such endpoint"), dialect)
        }
        do {
            let (definition, operation) = try Catalogue.standard.resolve(asked.name, asked.arguments)
            let invocation = Invocation(
                id: .version7(), definition: definition, operation: operation,
                request: OperationRequest(asked.name, asked.arguments, caller: caller))
            switch await backend.execute(OperationBatch([invocation]))[0] {
            case .ok where asked.status == 204: return .answer(204, [])
            case .ok(let text, _): return Self.success(text, asked.status, dialect)
            case .failed(let error), .unknown(let error): return Self.failure(error, dialect)
            case .skipped, .spooled: return Self.failure(.notRun, dialect)
            }
        } catch {
            return Self.failure(error, dialect, status: 422)
        }
    }

    /// The operation that a request asks for, with the status of its success.
    private static func operation(
        _ request: ServerRequest, _ path: [String]
    ) -> (name: String, arguments: JSONObject, status: Int)? {
        var body = (try? JSONReader.value(request.body))?.objectValue ?? [:]
        if path == ["auth", "me"] { return ("whoami", [:], 200) }
        guard path.first == "tasks" else { return nil }
        switch (request.method, path.count, path.dropFirst().first) {
        case ("GET", 1, _): return ("list_tasks", [:], 200)
        case ("POST", 1, _): return ("create_task", body, 201)
        case ("GET", 2, "today"): return ("get_daily_tasks", [:], 200)
        case ("GET", 2, "mood-history"): return ("get_mood_history", [:], 200)
        case ("GET", 2, "export"): return ("export_tasks", [:], 200)
        case ("POST", 2, "import"): return ("import_tasks", body, 200)
        case ("GET", 2, "search"): return ("search_tasks", query(request.target), 200)
        default: break
        }
        guard path.count > 1 else { return nil }
        body["task_id"] = .string(path[1])
        switch (request.method, path.dropFirst(2).first) {
        case ("GET", nil): return ("get_task", body, 200)
        case ("PATCH", nil): return ("update_task", body, 200)
        case ("DELETE", nil): return ("delete_task", body, 204)
        case ("POST", "split"): return ("split_task", body, 201)
        case ("POST", "fold"): return ("fold_task", body, 201)
        case ("POST", "merge"): return ("merge_task", body, 200)
        case ("POST", "move"):
            // An absent parent is none, as the endpoint has it.
            if body["new_parent_id"] == nil { body["new_parent_id"] = .some(.null) }
            return ("move_task", body, 200)
        default: return nil
        }
    }

    private static func query(_ target: String) -> JSONObject {
        var arguments: JSONObject = [:]
        for pair in target.split(separator: "?").dropFirst().joined().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
                String($0).removingPercentEncoding
            }
            arguments[parts[0] == "q" ? "query" : parts[0]] = .string(parts[1])
        }
        return arguments
    }

    private static func success(_ text: JSONText, _ status: Int, _ dialect: Dialect) -> ServerReply {
        .json(status, dialect == .bare ? "\(text)" : #"{"version":"0.1","data":\#(text)}"#)
    }

    private static func failure(_ error: OperationError, _ dialect: Dialect, status: Int? = nil) -> ServerReply {
        var object: JSONObject = [
            "code": .string(error.backendCode ?? error.code.rawValue), "message": .string(error.message),
        ]
        if let existing = error.existing { object["existing"] = try? existing.value() }
        let body: JSONValue =
            dialect == .bare ? .object(object) : ["version": "0.1", "error": .object(object)]
        return .json(status ?? error.status ?? 500, "\(JSONText(body))")
    }
}

extension String {
    /// Decoded the way servers do, independently of the code under test.
    fileprivate var removingPercentEncoding: String {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
