/// One operation: everything that is to be known of it stands in the file of the type that conforms.
///
/// A value of the type is the operation with its arguments checked and typed: what a backend executes.
package protocol CatalogueOperation: Sendable {
    static var definition: OperationDefinition { get }
    /// Takes its arguments; what is wrong with them is in the reader's faults afterwards.
    init(_ arguments: inout ArgumentReader)

    /// The task that it is about; its identifier takes the place of `*` in the endpoint's path.
    var subject: UniqueIdentifier? { get }
    /// Writes the members of the body that its endpoint takes.
    func writeBody(to body: inout JSONWriter)
    /// What its endpoint takes in the query (``HTTPEndpoint/namesInQuery``).
    var queryValues: [(field: String, value: String)] { get }
    /// The payload, of an endpoint that answers without one.
    var payloadOfEmptyAnswer: JSONText? { get }
    /// The task that it makes, where whoever asks has named it.
    var newTask: NewTask? { get }
    /// The changes that its payload tells, as far as it does, of a backend that gives nothing else (``RecordedChange``); `nil` where
    /// it tells none.
    func changes(toldBy payload: JSONValue) -> [JSONValue]?
    /// How to find out whether it has happened; `nil` where one look at a task does not tell.
    var fateQuestion: FateQuestion? { get }
}

extension CatalogueOperation {
    package var subject: UniqueIdentifier? { nil }
    package func writeBody(to body: inout JSONWriter) {}
    package var queryValues: [(field: String, value: String)] { [] }
    package var payloadOfEmptyAnswer: JSONText? { nil }
    package var newTask: NewTask? { nil }
    package func changes(toldBy payload: JSONValue) -> [JSONValue]? { nil }
    package var fateQuestion: FateQuestion? { nil }

    package var definition: OperationDefinition { Self.definition }
}

/// An operation on one task that is there already.
package protocol TaskOperation: CatalogueOperation {
    var taskID: UniqueIdentifier { get }
}

extension TaskOperation {
    package var subject: UniqueIdentifier? { taskID }
}

/// What is known of a task before it is made, by which it can be known again.
package struct NewTask: Sendable {
    package let id: UniqueIdentifier
    package let title: String
    package let description: String

    package init(id: UniqueIdentifier, title: String, description: String) {
        self.id = id
        self.title = title
        self.description = description
    }
}
