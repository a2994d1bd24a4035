import OperationCatalogue
import OperationPipeline

/// The methods that the server knows: from a request to its answer, without a memory but for sign-ins.
struct Methods: Sendable {
    let offer: ToolSelection
    /// `serverInfo`.
    let identity: JSONText
    let pageSize: Int
    let resources: ResourceCatalogue
    let signIns = BegunSignIns()
    let account = SignedInAccount()
    private let signInCommand: String

    init(offer: ToolSelection, identity: ServerIdentity, pageSize: Int = 100) {
        self.offer = offer
        self.identity = JSONText(identity.json)
        signInCommand = identity.signInCommand
        self.pageSize = pageSize
        resources = ResourceCatalogue(offer)
    }

    /// What can be said of signing in at this moment.
    var signInAdvice: SignInAdvice { SignInAdvice(command: signInCommand, account: account.name) }

    /// The answer to a request, but for those that a session remembers something of.
    func answer(_ request: JSONRPCRequest, in context: RequestContext) throws(ProtocolError) -> MethodResult {
        switch request.method {
        case "tools/list": return .result(try listTools(request.params, version: context.version))
        case "tools/call": return try callTool(request.params, in: context)
        case "resources/list": return .result(try listResources(request.params, version: context.version))
        case "resources/templates/list":
            return .result(try listResourceTemplates(request.params, version: context.version))
        case "resources/read": return try readResource(request.params, in: context)
        case "prompts/list": return .result(try listPrompts(request.params, version: context.version))
        case "prompts/get": return try getPrompt(request.params)
        case "completion/complete": return try complete(request.params)
        case "server/discover" where context.version.isStateless: return .result(discover())
        case "subscriptions/listen" where context.version.isStateless: return .open
        default: throw ProtocolError(.methodNotFound, "unknown method \(request.method.quoted)")
        }
    }
}

extension String {
    /// The text in quotation marks, cut where it is long, for a message.
    var quoted: String { cut.debugDescription }

    /// At most the first hundred characters: what a client has sent is not sent back at any length.
    var cut: String { String(unicodeScalars.prefix(100)) }
}

extension JSONObject {
    /// The text under a key of `params`.
    func text(_ key: String) throws(ProtocolError) -> String {
        switch self[key] {
        case .string(let text)?: return text
        case nil: throw ProtocolError(.invalidParams, "params.\(key): is required, expected a string")
        case let other?:
            throw ProtocolError(
                .invalidParams, "params.\(key): expected a string, found \(other.shortDescription)")
        }
    }
}
