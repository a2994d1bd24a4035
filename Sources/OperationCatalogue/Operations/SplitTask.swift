/// `split_task`: two children for a task that is too big.
package struct SplitTask: TaskOperation {
    static let firstTitle = Field<String>(
        "first_title", "The title of the first child.", presence: .required, limits: TaskFields.titleLimits)
    static let firstDescription = Field<String>("first_description", "The first child's details.", default: "")
    static let secondTitle = Field<String>(
        "second_title", "The title of the second child.", presence: .required, limits: TaskFields.titleLimits)
    static let secondDescription = Field<String>("second_description", "The second child's details.", default: "")

    package static let definition = OperationDefinition(
        "split_task",
        title: "Split a task",
        summary: "Give a task two new children, which inherit its labels. Returns the parent and both children.",
        guidance: """
            Use it for a task that is too big to begin. The parent stays as it is, with the two as its last children. \
            A second call makes two more: for three parts split a child again, or create_task with parent_id.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: false,
        fields: [
            TaskFields.taskID.definition, firstTitle.definition, firstDescription.definition, secondTitle.definition,
            secondDescription.definition,
        ],
        payload: .object(.split),
        endpoint: HTTPEndpoint(.post, "/tasks/*/split", status: 201)
    )

    package let taskID: UniqueIdentifier
    package let firstTitle: String
    package let firstDescription: String
    package let secondTitle: String
    package let secondDescription: String

    package init(_ arguments: inout ArgumentReader) {
        taskID = arguments.required(TaskFields.taskID)
        firstTitle = arguments.required(Self.firstTitle)
        firstDescription = arguments.defaulted(Self.firstDescription, or: "")
        secondTitle = arguments.required(Self.secondTitle)
        secondDescription = arguments.defaulted(Self.secondDescription, or: "")
    }

    package func writeBody(to body: inout JSONWriter) {
        body.member(Self.firstTitle, firstTitle)
        body.member(Self.firstDescription, firstDescription)
        body.member(Self.secondTitle, secondTitle)
        body.member(Self.secondDescription, secondDescription)
    }

    package func changes(toldBy payload: JSONValue) -> [JSONValue]? {
        [
            ChangesTold.creation(of: payload[.firstChild]), ChangesTold.creation(of: payload[.secondChild]),
        ].whole
    }
}

extension PayloadMember {
    package static let parent = PayloadMember("parent", .object(.task), .required)
    package static let firstChild = PayloadMember("first_child", .object(.task), .required)
    package static let secondChild = PayloadMember("second_child", .object(.task), .required)
}

extension PayloadObject {
    fileprivate static let split = PayloadObject("split", [.parent, .firstChild, .secondChild])
}
