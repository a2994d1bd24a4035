/// Where an operation is in the backend's API, for whoever asks there and for whoever answers.
package struct HTTPEndpoint: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package let method: Method
    /// From the slash after the base URL on; `*` stands for the identifier of the task that it is about.
    package let path: String
    /// Of an answer to an operation that was carried out.
    package let status: Int
    /// The names that fields have in the query, where these differ from the fields' own.
    package let namesInQuery: [String: String]
    /// The fields that are `null` to the endpoint where they are absent.
    package let absentIsNull: [String]
    /// Whether a field that is `null` counts as absent.
    package let nullIsAbsent: Bool
    /// The field that a body stands for which is a list and no object.
    package let bareListField: String?
    /// The longest body that it takes, in bytes; `nil` for what is usual.
    package let mostBodyBytes: Int?

    /// Whether a request has a body: what answers with nothing is asked with nothing, too.
    package var takesBody: Bool { method != .get && status != 204 }

    package init(
        _ method: Method, _ path: String, status: Int = 200, namesInQuery: [String: String] = [:],
        absentIsNull: [String] = [], nullIsAbsent: Bool = false, bareListField: String? = nil, mostBodyBytes: Int? = nil
    ) {
        self.method = method
        self.path = path
        self.status = status
        self.namesInQuery = namesInQuery
        self.absentIsNull = absentIsNull
        self.nullIsAbsent = nullIsAbsent
        self.bareListField = bareListField
        self.mostBodyBytes = mostBodyBytes
    }
}
