import BackendServer
import OperationCatalogue
import Testing

/// Every page in every state, made from texts that somebody else has written.
struct PageSample: Sendable, CustomTestStringConvertible {
    let name: String
    let html: String

    var testDescription: String { name }

    /// Texts as people write them.
    static let all = samples { $0 }

    /// The same pages, with texts that want to be more than text.
    static let hostile = samples { _ in Self.hostileText }

    static let hostileText = "\"'><script>alert(1)</script><b a=\"&amp;\u{0}\u{8}\u{FFFE}\u{202E}]]>\r\n\t--></title>"

    static let formToken = "0f1e2d3c4b5a6978"
    static let now = time("2026-11-28T09:30:12Z")
    static let visitor = Visitor(name: "ada", formToken: formToken)

    static func time(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(seconds: 0) }

    private static func samples(_ text: @escaping (String) -> String) -> [PageSample] {
        account(text) + signIn(text) + home(text) + errors(text)
    }

    private static func visitor(_ text: (String) -> String) -> Visitor {
        Visitor(name: text("ada"), formToken: formToken)
    }

    private static func account(_ text: (String) -> String) -> [PageSample] {
        let faults: [(String, SignInPage.Fault?)] = [
            ("", nil), ("-wrong", .wrongNameOrPassword), ("-too-many", .tooManyAttempts(seconds: 290)),
            ("-form-expired", .formExpired),
        ]
        let setupFaults: [(String, SetupPage.Fault?)] = [
            ("", nil), ("-name", .name(text("There is somebody of that name already."))),
            ("-password", .password(text("The password is too short."))), ("-differ", .passwordsDiffer),
            ("-form-expired", .formExpired),
        ]
        return faults.map { name, fault in
            let page = SignInPage(
                next: text("/cli-auth?session=1&x=2"), formToken: formToken, name: text("ada"), fault: fault)
            return PageSample(name: "sign-in\(name)", html: page.html)
        }
            + setupFaults.map { name, fault in
                let page = SetupPage(
                    link: text("c2VjcmV0"), formToken: formToken, name: text("ada"), fault: fault,
                    minimumPasswordLength: 12)
                return PageSample(name: "setup\(name)", html: page.html)
            }
            + [
                PageSample(
                    name: "setup-again",
                    html: SetupPage(link: text("c2VjcmV0"), formToken: formToken, name: text("ada"), isNameFixed: true)
                        .html),
                PageSample(name: "tokens", html: tokens(text, made: nil, fault: nil)),
                PageSample(
                    name: "tokens-made",
                    html: tokens(
                        text, made: MadeToken(name: text("Phone"), secret: text("dfn_k2v9Qm1tX0u")),
                        fault: nil)),
                PageSample(
                    name: "tokens-fault", html: tokens(text, made: nil, fault: text("That name is too long."))),
                PageSample(
                    name: "tokens-none",
                    html: TokensPage(visitor: visitor(text), tokens: [], now: now).html),
            ]
    }

    private static func tokens(_ text: (String) -> String, made: MadeToken?, fault: String?) -> String {
        let tokens = [
            TokenEntry(
                id: "t1", name: text("deferno on the laptop"), created: time("2026-11-02T08:00:00Z"),
                lastUsed: time("2026-11-28T09:10:00Z")),
            TokenEntry(id: "t2", name: text("Backup"), created: time("2026-11-28T08:00:00Z"), lastUsed: nil),
        ]
        return TokensPage(visitor: visitor(text), tokens: tokens, made: made, now: now, fault: fault).html
    }

    private static func signIn(_ text: (String) -> String) -> [PageSample] {
        func request(client: String?) -> CLIRequest {
            CLIRequest(
                session: text("5e55"), client: client, address: text("127.0.0.1"),
                time: time("2026-11-28T09:28:02Z"), now: now)
        }
        let approved = CLIAuthPage.State.approved(
            code: "K7QM3XFA", expires: time("2026-11-28T09:38:02Z"), now: now)
        let states: [(String, CLIAuthPage.State)] = [
            ("asking", .asking(request(client: text("deferno/0.1.0")))),
            ("asking-nameless", .asking(request(client: nil))), ("approved", approved), ("denied", .denied),
            ("expired", .expired), ("used", .used), ("unknown", .unknown),
        ]
        return states.map { name, state in
            PageSample(name: "cli-auth-\(name)", html: CLIAuthPage(visitor: visitor(text), state: state).html)
        }
    }

    private static func home(_ text: @escaping (String) -> String) -> [PageSample] {
        let sample = HomeSample(text)
        let full = HomePage(
            visitor: visitor(text), today: sample.today, tasks: sample.tasks, moods: sample.moods,
            records: sample.records, now: now)
        let empty = HomePage(
            visitor: visitor(text), today: [], tasks: [], moods: [], records: [], now: now,
            fault: text("cannot complete task with active children"))
        return [PageSample(name: "home", html: full.html), PageSample(name: "home-empty", html: empty.html)]
    }

    private static func errors(_ text: (String) -> String) -> [PageSample] {
        let kinds: [(String, ErrorPage.Kind)] = [
            ("not-found", .notFound), ("forbidden", .forbidden), ("form-expired", .formExpired),
            ("too-many-requests", .tooManyRequests(seconds: 30)), ("setup-link", .setupLinkInvalid),
            ("internal", .internalError(reference: nil)),
            ("internal-reference", .internalError(reference: text("8f2c"))),
        ]
        return kinds.map { PageSample(name: "error-\($0)", html: ErrorPage($1).html) }
    }
}
