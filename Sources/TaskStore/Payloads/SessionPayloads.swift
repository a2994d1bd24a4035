import OperationCatalogue

/// What sign-in comes to where tasks are on this machine.
enum SessionPayloads {
    static func nothingToSignInTo(_ user: StoreUser) -> JSONText {
        let instructions = """
            There is nothing to sign in to: the tasks are on this machine, and the user is \(user.username). Go on with \
            the other operations.
            """
        return JSONText([
            PayloadMember.authURL.name: .null, PayloadMember.sessionID.name: .null,
            PayloadMember.instructions.name: .string(instructions),
        ])
    }

    static let nothingToSignOutOf = JSONText([
        PayloadMember.message.name: "Nothing to sign out of: the tasks are on this machine."
    ])

    static func signedIn(_ user: StoreUser) -> JSONText {
        JSONText([
            PayloadMember.isAuthenticated.name: true, PayloadMember.username.name: .string(user.username),
        ])
    }

    static func whoAmI(_ user: StoreUser) -> JSONText {
        var writer = JSONWriter(reservingCapacity: 256)
        writer.beginObject()
        writer.key(.id)
        writer.identifier(user.id)
        writer.key(.username)
        writer.string(user.username)
        writer.key(.displayName)
        if let name = user.displayName { writer.string(name) } else { writer.null() }
        writer.key(.role)
        writer.string(user.role)
        writer.key(.personalOrganizationID)
        writer.identifier(user.organization)
        writer.key(.organization)
        writer.string(user.slug)
        writer.key(.isAdmin)
        writer.bool(false)
        writer.endObject()
        return writer.takeText()
    }
}
