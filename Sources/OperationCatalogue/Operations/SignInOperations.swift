/// `start_auth`: the first half of signing in.
package struct StartAuth: CatalogueOperation {
    package static let definition = OperationDefinition(
        "start_auth",
        title: "Begin to sign in",
        summary: """
            Begin to sign in: returns the address of a page for the user to open in a browser, and the session_id that \
            complete_auth needs. There the user gets a short code to paste back.
            """,
        guidance: """
            Use it when another tool answers 401, or when the user asks to sign in. Show the address to the user, ask \
            for the code, then call complete_auth. A session lasts about ten minutes.
            """,
        toolset: .seed,
        effect: .write,
        isIdempotent: false,
        fields: [],
        result: .signInStarted
    )

    /// What a model is told to do with the payload, in the seed's words.
    package static let instructions = """
        Show the auth_url to the user and ask them to open it in their browser. After they sign in, they will see a \
        short code. Ask the user to paste that code, then call complete_auth with the session_id and code.
        """

    /// The same where the client has shown the page to the user by itself.
    package static let instructionsAfterOpening = """
        The user has been shown the page. Ask them to paste the short code that they see after signing in, then call \
        complete_auth with the session_id and code.
        """

    package init(_ arguments: inout ArgumentReader) {}
    package var operation: TaskOperation { .startAuth(self) }
}

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
        result: .signedIn
    )

    package let sessionID: String
    package let code: Secret

    package init(_ arguments: inout ArgumentReader) {
        sessionID = arguments.required(Self.sessionID)
        code = arguments.required(Self.code)
    }

    package var operation: TaskOperation { .completeAuth(self) }
}

/// `logout`: the end of the session, and of the saved credentials.
package struct Logout: CatalogueOperation {
    package static let definition = OperationDefinition(
        "logout",
        title: "Sign out",
        summary: "Sign out: end the session at the backend and remove the saved credentials.",
        guidance: """
            Only when the user asks for it: afterwards every other tool answers 401 until somebody signs in again. \
            The credentials on this machine go even when the backend cannot be reached. Answers with a sentence.
            """,
        toolset: .seed,
        effect: .destroy,
        isIdempotent: true,
        fields: [],
        result: .notice
    )

    /// What the seed answers when it is done.
    package static let notice = "Logged out and credentials removed."

    package init(_ arguments: inout ArgumentReader) {}
    package var operation: TaskOperation { .logout(self) }
}
