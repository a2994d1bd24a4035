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
        payload: .object(.notice),
        session: .ends,
        endpoint: HTTPEndpoint(.post, "/auth/logout", status: 204)
    )

    /// What the seed answers when it is done.
    package static let notice = "Logged out and credentials removed."

    package init(_ arguments: inout ArgumentReader) {}

    package var payloadOfEmptyAnswer: JSONText? {
        JSONText([PayloadMember.message.name: .string(Self.notice)])
    }
}

extension PayloadMember {
    /// What a notice says.
    package static let message = PayloadMember("message", .value(.text), .required)
}

extension PayloadObject {
    /// A sentence and nothing else.
    package static let notice = PayloadObject("notice", [.message])
}
