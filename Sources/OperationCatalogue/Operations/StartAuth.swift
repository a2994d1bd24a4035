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
        payload: .object(.signInStarted),
        session: .begins,
        endpoint: HTTPEndpoint(.post, "/auth/cli/init")
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
}

extension PayloadMember {
    package static let authURL = PayloadMember(
        "auth_url", .value(.text), .requiredOrNull,
        "The page for the user to open; null where there is nothing to sign in to.")
    package static let sessionID = PayloadMember(
        CompleteAuth.sessionID, .requiredOrNull, "What complete_auth needs besides the code.")
    package static let instructions = PayloadMember("instructions", .value(.text), .required, "What to do next.")
}

extension PayloadObject {
    fileprivate static let signInStarted = PayloadObject("sign_in_started", [.authURL, .sessionID, .instructions])
}
