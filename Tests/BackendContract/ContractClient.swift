package import OperationCatalogue
package import OperationPipeline

/// A sentence that a backend broke, and where the check stands.
package struct ContractViolation: Error, CustomStringConvertible {
    package let description: String

    init(_ sentence: String, _ place: StaticString, _ line: UInt) {
        description = "\(sentence) (\(place):\(line))"
    }
}

/// Calls a backend the way the pipeline does and looks at what comes back.
package struct ContractClient: Sendable {
    private let backend: any Backend
    private let caller: Caller

    /// - Parameter owner: whose tasks are worked on, where several share the backend.
    package init(_ backend: any Backend, owner: UniqueIdentifier? = nil) {
        self.backend = backend
        caller = Caller(door: .cli, user: "contract", owner: owner)
    }

    // MARK: Calling

    package func invocation(_ name: String, _ arguments: JSONObject) throws(OperationError) -> Invocation {
        let (definition, operation) = try Catalogue.standard.resolve(name, arguments)
        return Invocation(
            id: .version7(),
            definition: definition,
            operation: operation,
            request: OperationRequest(name, arguments, caller: caller)
        )
    }

    package func results(_ invocations: [Invocation], scopes: [FailureScope?]? = nil) async -> [OperationResult] {
        await backend.execute(OperationBatch(invocations, scopes: scopes))
    }

    /// The payload of an operation.
    ///
    /// - Throws: the operation's error, and ``ContractViolation`` for anything but one result of valid JSON.
    @discardableResult
    package func call(
        _ name: String, _ arguments: JSONObject = [:], place: StaticString = #fileID, line: UInt = #line
    ) async throws -> JSONValue {
        let results = await results([try invocation(name, arguments)])
        guard results.count == 1 else {
            throw ContractViolation("\(name) gave \(results.count) results", place, line)
        }
        switch results[0] {
        case .ok(let text, _):
            do { return try JSONText(validating: text.bytes).value() } catch {
                throw ContractViolation("\(name) gave what is no JSON: \(text)", place, line)
            }
        case .failed, .unknown, .skipped, .spooled: throw results[0].error ?? .notRun
        }
    }

    /// The error of an operation that is to fail.
    package func refusal(
        _ name: String, _ arguments: JSONObject, place: StaticString = #fileID, line: UInt = #line
    ) async throws -> OperationError {
        let payload: JSONValue
        do {
            payload = try await call(name, arguments)
        } catch let error as OperationError {
            return error
        }
        throw ContractViolation("\(name) was to be refused, but gave \(JSONText(payload))", place, line)
    }

    // MARK: Shorthands

    @discardableResult
    package func create(_ title: String, _ more: JSONObject = [:]) async throws -> String {
        var arguments: JSONObject = ["title": .string(title)]
        for member in more.members { arguments[member.key] = member.value }
        return try await call("create_task", arguments)["id"]?.stringValue ?? ""
    }

    package func task(_ id: String) async throws -> JSONValue {
        try await call("get_task", ["task_id": .string(id)])
    }

    @discardableResult
    package func setStatus(_ id: String, _ status: TaskStatus) async throws -> JSONValue {
        try await call("set_task_status", ["task_id": .string(id), "status": .string(status.rawValue)])
    }

    @discardableResult
    package func update(_ id: String, _ changes: JSONObject) async throws -> JSONValue {
        var arguments: JSONObject = ["task_id": .string(id)]
        for member in changes.members { arguments[member.key] = member.value }
        return try await call("update_task", arguments)
    }

    /// The identifiers of the tasks that a search finds.
    package func search(_ query: String, _ filters: JSONObject = [:]) async throws -> [String] {
        var arguments: JSONObject = ["query": .string(query)]
        for member in filters.members { arguments[member.key] = member.value }
        return try await call("search_tasks", arguments).identifiers
    }

    /// The entry of a task in the list of all.
    package func listed(_ id: String) async throws -> JSONValue? {
        try await call("list_tasks").arrayValue?.first { $0["id"] == .string(id) }
    }
}

extension JSONValue {
    /// The `id` of each element.
    package var identifiers: [String] { (arrayValue ?? []).map { $0["id"]?.stringValue ?? "?" } }

    /// The texts of an array.
    package var strings: [String] { (arrayValue ?? []).map { $0.stringValue ?? "?" } }

    /// The kinds of a task's actions.
    package var actionKinds: [JSONValue] { (self["actions"]?.arrayValue ?? []).map { $0["kind"] ?? .null } }

    /// The children of a task.
    package var children: [String] { self["children"]?.strings ?? [] }
}

/// - Throws: ``ContractViolation`` when the two differ.
package func expect<Value: Equatable>(
    _ what: String, _ found: Value, _ expected: Value, place: StaticString = #fileID, line: UInt = #line
) throws {
    guard found == expected else {
        throw ContractViolation("\(what): expected \(expected), found \(found)", place, line)
    }
}

/// - Throws: ``ContractViolation`` when it does not hold.
package func expect(
    _ what: String, _ holds: Bool, place: StaticString = #fileID, line: UInt = #line
) throws {
    guard holds else { throw ContractViolation("it does not hold that \(what)", place, line) }
}

/// - Throws: ``ContractViolation`` when the error is another one.
package func expect(
    _ error: OperationError, is code: ErrorCode, status: Int, message: String? = nil,
    place: StaticString = #fileID, line: UInt = #line
) throws {
    try expect("the code of \(error.message)", error.code, code, place: place, line: line)
    try expect("the status of \(error.message)", error.status, status, place: place, line: line)
    if let message { try expect("the message", error.message, message, place: place, line: line) }
}
