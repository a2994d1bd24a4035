import HTTPTypes
import OperationCatalogue

/// How a request's path, query and body become an operation's arguments. The catalogue says which there are, and refuses others
/// by name; only one that says nothing is passed over.
enum OperationArguments {
    /// - Throws: ``ErrorCode/invalidRequest`` for a body that is no JSON object.
    static func make(
        for definition: OperationDefinition, subject: String?, from request: WebRequest
    ) throws(OperationError) -> JSONObject {
        var arguments =
            request.method == .get ? query(of: request, for: definition) : try body(of: request, for: definition)
        let known = Set(definition.fields.map(\.name))
        for member in arguments.members where !known.contains(member.key) && member.value.saysNothing {
            arguments[member.key] = nil
        }
        if let subject { try set(subject, in: &arguments) }
        guard let endpoint = definition.endpoint else { return arguments }
        if endpoint.nullIsAbsent {
            for member in arguments.members where member.value.isNull { arguments[member.key] = nil }
        }
        for name in endpoint.absentIsNull where arguments[name] == nil { arguments[name] = .some(.null) }
        return arguments
    }

    private static func set(_ subject: String, in arguments: inout JSONObject) throws(OperationError) {
        let name = TaskFields.taskID.name
        if let said = arguments[name], said.stringValue?.lowercased() != subject.lowercased() {
            throw OperationError(.invalidArguments, "\(name): names another task than the path: leave it out")
        }
        arguments[name] = .string(subject)
    }

    /// Refuses a query where none is understood, which would be dropped otherwise.
    ///
    /// - Throws: ``ErrorCode/invalidArguments``.
    static func refuseQuery(of request: WebRequest) throws(OperationError) {
        guard let name = request.query.names.first else { return }
        throw OperationError(.invalidArguments, "\(name.prefix(100)): unknown in the query, where nothing is expected")
    }

    /// The operation in the catalogue's own words: a change of the status alone is `set_task_status`, which has no endpoint to
    /// itself, so that the log says what the client's user has asked for.
    static func narrowed(_ definition: OperationDefinition, _ arguments: JSONObject) -> OperationDefinition {
        Catalogue.standard.definitions.first { narrow in
            narrow.narrows == definition.name && arguments.count == narrow.fields.count
                && narrow.fields.allSatisfy { arguments[$0.name]?.stringValue != nil }
        } ?? definition
    }

    private static func query(of request: WebRequest, for definition: OperationDefinition) -> JSONObject {
        let fields = definition.endpoint?.namesInQuery ?? [:]
        var arguments: JSONObject = [:]
        for name in request.query.names {
            guard let value = request.query[name] else { continue }
            arguments[fields.first { $0.value == name }?.key ?? name] = .string(value)
        }
        return arguments
    }

    /// The body of a request for an operation.
    private static func body(
        of request: WebRequest, for definition: OperationDefinition
    ) throws(OperationError) -> JSONObject {
        let body = try json(of: request)
        if let field = definition.endpoint?.bareListField, body.arrayValue != nil { return [field: body] }
        return try object(body)
    }

    /// The body of a request that is for no operation.
    ///
    /// - Parameter known: the members that it can have.
    /// - Throws: ``ErrorCode/invalidRequest``, and ``ErrorCode/invalidArguments`` for members that would be dropped.
    static func body(of request: WebRequest, knowing known: [String]) throws(OperationError) -> JSONObject {
        let body = try object(of: request)
        let unknown = body.members.filter { !known.contains($0.key) && !$0.value.saysNothing }.map(\.key)
        guard unknown.isEmpty else {
            let names = unknown.prefix(20).map { String($0.prefix(100)) }.joined(separator: ", ")
            let expected = known.isEmpty ? "nothing" : known.joined(separator: ", ")
            throw OperationError(.invalidArguments, "\(names): unknown; expected \(expected)")
        }
        return body
    }

    /// The body, whatever its members.
    ///
    /// - Throws: ``ErrorCode/invalidRequest``.
    static func object(of request: WebRequest) throws(OperationError) -> JSONObject {
        try object(try json(of: request))
    }

    private static func object(_ body: JSONValue) throws(OperationError) -> JSONObject {
        guard let object = body.objectValue else {
            throw OperationError(.invalidRequest, "the body must be a JSON object")
        }
        return object
    }

    /// An empty body is taken for an empty object.
    private static func json(of request: WebRequest) throws(OperationError) -> JSONValue {
        guard !request.body.isEmpty else { return [:] }
        do {
            return try JSONReader.value(request.body)
        } catch {
            throw OperationError(.invalidRequest, "the body is no JSON: \(error)")
        }
    }
}

extension JSONValue {
    /// Whether it is what clients write for nothing at all, so that nothing is lost where it is passed over.
    fileprivate var saysNothing: Bool {
        isNull || arrayValue?.isEmpty == true || objectValue?.isEmpty == true
    }
}
