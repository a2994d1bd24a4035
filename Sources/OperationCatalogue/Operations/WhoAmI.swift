/// `whoami`: who is asking.
package struct WhoAmI: CatalogueOperation {
    package static let definition = OperationDefinition(
        "whoami",
        title: "Who am I",
        summary: "Return the user who is signed in. Call it first to confirm that the sign-in works.",
        guidance: """
            Returns one object with id, username and role.
            """,
        toolset: .seed,
        effect: .read,
        isIdempotent: true,
        fields: [],
        payload: .object(.user),
        session: .asks,
        endpoint: HTTPEndpoint(.get, "/auth/me")
    )

    package init(_ arguments: inout ArgumentReader) {}
}

extension PayloadMember {
    package static let displayName = PayloadMember("display_name", .value(.text), .optionalOrNull)
    package static let role = PayloadMember("role", .value(.text))
    package static let personalOrganizationID = PayloadMember("personal_org_id", .value(.identifier))
    package static let isAdmin = PayloadMember("is_admin", .value(.boolean))
}

extension PayloadObject {
    /// Of a user each backend tells something else beside this.
    fileprivate static let user = PayloadObject(
        "user", [.id, .username, .displayName, .role, .personalOrganizationID, .organization, .isAdmin], isOpen: true)
}
