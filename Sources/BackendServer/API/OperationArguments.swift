import HTTPTypes
import OperationCatalogue

/// How a request's path, query and body become an operation's arguments. The catalogue says which there are; what an endpoint
/// does not know is passed over, as the seed's does.
enum OperationArguments {
    /// - Throws: ``ErrorCode/invalidRequest`` for a body that is no JSON object.
    static func make(
        for definition: OperationDefinition, subject: String?, from request: WebRequest
    ) throws(OperationError) -> JSONObject {
        var arguments = request.method == .get ? query(of: request) : try body(of: request)
        let known = Set(definition.fields.map(\.name))
        for member in arguments.members where !known.contains(member.key) { arguments[member.key] = nil }
        if let subject { arguments[TaskFields.taskID.name] = .string(subject) }
        switch definition.name {
        case MoveTask.definition.name where arguments[MoveTask.newParentID.name] == nil:
            // To this endpoint an absent parent is none.
            arguments[MoveTask.newParentID.name] = .some(.null)
        case CreateTask.definition.name, FoldTask.definition.name:
            // Clients say null for what they leave out.
            for member in arguments.members where member.value.isNull { arguments[member.key] = nil }
        default: break
        }
        return arguments
    }

    private static func query(of request: WebRequest) -> JSONObject {
        var arguments: JSONObject = [:]
        for name in request.query.names {
            guard let value = request.query[name] else { continue }
            arguments[name == "q" ? SearchTasks.query.name : name] = .string(value)
        }
        return arguments
    }

    /// - Throws: ``ErrorCode/invalidRequest``.
    static func body(of request: WebRequest) throws(OperationError) -> JSONObject {
        guard !request.body.isEmpty else { return [:] }
        do {
            guard let object = try JSONReader.value(request.body).objectValue else {
                throw OperationError(.invalidRequest, "the body must be a JSON object")
            }
            return object
        } catch let error as OperationError {
            throw error
        } catch {
            throw OperationError(.invalidRequest, "the body is no JSON: \(error)")
        }
    }
}
