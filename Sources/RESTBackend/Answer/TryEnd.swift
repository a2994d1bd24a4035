import OperationCatalogue

/// How one try of a request ended.
struct TryEnd: Sendable {
    enum Fate: Sendable {
        case done(JSONText)
        /// It certainly changed nothing.
        case notDone(OperationError)
        /// It may have been carried out.
        case unsettled(OperationError)
    }

    let fate: Fate
    /// Whether the same request may fare better in a moment.
    var isTransient = false
    /// How long the backend asks to be left alone.
    var retryAfter: Duration?
    /// Where the backend sends the request to.
    var redirect: Redirect?
    /// Whether the answer shows that the backend names a new task as the request does.
    var showsNamesHonoured = false

    init(_ fate: Fate, isTransient: Bool = false, retryAfter: Duration? = nil) {
        self.fate = fate
        self.isTransient = isTransient
        self.retryAfter = retryAfter
    }
}
