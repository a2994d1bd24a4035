import OperationCatalogue

/// What is to be asked of the backend, before it is known where that is and who asks.
struct RequestDraft: Sendable {
    let method: HTTPEndpoint.Method
    /// From the slash after the base URL on, with the query, percent-encoded.
    let path: String
    let body: [UInt8]?
    var repetition: Repetition
    let answer: AnswerForm
    /// Whether request and answer hold secrets: no error quotes such an answer.
    var isConfidential = false
    /// Whether the backend is shown a token.
    var needsToken = true

    init(
        _ method: HTTPEndpoint.Method, _ path: String, body: [UInt8]? = nil, repetition: Repetition, answer: AnswerForm
    ) {
        self.method = method
        self.path = path
        self.body = body
        self.repetition = repetition
        self.answer = answer
    }
}

/// What it means to send a request again when nobody knows whether it was carried out.
enum Repetition: Sendable {
    /// It changes nothing.
    case read
    /// Carried out twice it leaves what it leaves when carried out once.
    case idempotent
    /// The same, and the second time the task is gone: `404` then says that it has been done, with this payload.
    case deletion(JSONText)
    /// A create that names the new task: the second time `409 item_exists` shows the first one's task, on backends that
    /// honour the name.
    case namedCreate(NewTask)
    /// Carried out twice it leaves what it leaves when carried out once, but for what somebody else has changed in between,
    /// which the second time would undo.
    case overwriting
    /// It would be done twice.
    case unsafe

    var isRead: Bool {
        if case .read = self { return true }
        return false
    }
}

/// What a good answer looks like.
enum AnswerForm: Sendable {
    case array
    case object
    /// No payload is expected; this is the one to give.
    case nothing(JSONText)
}
