/// The paths of the pages, of their forms and of the files that they load.
package enum PagePath: String, Hashable, Sendable, CaseIterable {
    case home = "/"
    case signIn = "/sign-in"
    case signOut = "/sign-out"
    case setup = "/setup"
    /// The page that the seed's `auth_url` names; its query has the member ``FormField/session``.
    case cliAuth = "/cli-auth"
    case taskStatus = "/home/status"
    case tokens = "/tokens"
    case renameToken = "/tokens/rename"
    case revokeToken = "/tokens/revoke"
    /// Server-sent events: a log record of whoever is signed in, in each.
    case events = "/events"
    case stylesheet = "/assets/deferno.css"
    case liveScript = "/assets/live.js"
    case codeScript = "/assets/code.js"
    case icon = "/assets/icon.svg"
}

extension HTML.Interpolation {
    package mutating func appendInterpolation(_ path: PagePath) {
        appendInterpolation(path.rawValue)
    }
}
