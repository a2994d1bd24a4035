/// `complete_auth`: the second half of signing in.
package struct CompleteAuth: CatalogueOperation {
    package static let sessionID = Field<String>(
        "session_id", "The session_id that start_auth returned.", presence: .required,
        limits: FieldLimits(length: 1...1000))
    package static let code = Field<Secret>(
        "code", "The short code that the user copied from the browser.", presence: .required,
        limits: FieldLimits(length: 1...1000), isSecret: true)

    package static let definition = OperationDefinition(
        "complete_auth",
        title: "Finish signing in",
        summary: """
            Finish signing in by exchanging the code from the browser for a token, which is saved, so that later \
            sessions are signed in already.
            """,
        guidance: """
            Ask the user for the code first; it works once. Returns {"authenticated": true, "username"}. After a \
            failure begin again with start_auth.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: false,
        fields: [sessionID.definition, code.definition],
        payload: .object(.signedIn),
        session: .completes,
        endpoint: HTTPEndpoint(.post, "/auth/cli/verify")
    )

    package let sessionID: String
    package let code: Secret

    package init(_ arguments: inout ArgumentReader) {
        sessionID = arguments.required(Self.sessionID)
        code = arguments.required(Self.code)
    }

    package func writeBody(to body: inout JSONWriter) {
        body.member(Self.sessionID, sessionID)
        // The backend alone is told: JSON of a secret hides it.
        body.key(Self.code.name)
        body.string(code.reveal())
    }
}

extension PayloadMember {
    package static let isAuthenticated = PayloadMember("authenticated", .value(.boolean), .required)
    package static let username = PayloadMember("username", .value(.text), .required)
}

extension PayloadObject {
    fileprivate static let signedIn = PayloadObject("signed_in", [.isAuthenticated, .username])
}
