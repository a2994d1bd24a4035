import HTTPTypes
import OperationCatalogue

/// What a handler answers.
struct WebAnswer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields = .forBrowsers
    var body: Body = .bytes([])
    /// On whose behalf the request was, for its record; `nil` where nobody is signed in.
    var account: Account?
    /// What it has of what all share, until it is taken.
    var shares: [Share] = []

    /// The length of the body, where that is known.
    var length: Int? {
        switch body {
        case .pieces(let pieces): pieces.reduce(0) { $0 + $1.count }
        case .spooled(let before, let text, let after): before.count + text.count + after.count
        case .none, .events: nil
        }
    }

    /// The same for the record of somebody's request.
    func on(behalfOf account: Account?) -> WebAnswer {
        var answer = self
        answer.account = account
        return answer
    }

    /// The same with a share that it keeps until it is taken.
    func holding(_ share: Share) -> WebAnswer {
        var answer = self
        answer.shares.append(share)
        return answer
    }

    enum Body: Sendable {
        /// For an answer to HEAD.
        case none
        /// Bytes that follow one another: a large payload is not copied into what stands around it.
        case pieces([[UInt8]])
        /// A payload that lies in a file, with what stands before and behind it.
        case spooled(before: [UInt8], any SpooledText, after: [UInt8])
        /// Server-sent events, as they come.
        case events(AsyncStream<String>)

        static func bytes(_ bytes: [UInt8]) -> Body { .pieces([bytes]) }
    }

    static func json(_ pieces: [UInt8]..., status: Int) -> WebAnswer {
        WebAnswer(status: HTTPResponse.Status(code: status), headers: .json, body: .pieces(pieces))
    }

    static func json(before: [UInt8] = [], _ text: any SpooledText, after: [UInt8] = [], status: Int) -> WebAnswer {
        WebAnswer(
            status: HTTPResponse.Status(code: status), headers: .json,
            body: .spooled(before: before, text, after: after))
    }

    /// That somebody has enough of what all share: as the client that asked understands it.
    static func tooMuch(of resource: SharedResource, to request: WebRequest) -> WebAnswer {
        guard request.wantsPage else { return request.dialect.tooMuch(of: resource) }
        return .page(.tooManyRequests(seconds: resource.retryAfter))
    }

    static func file(_ text: String, type: String) -> WebAnswer {
        WebAnswer(
            status: .ok, headers: .forBrowsers.adding([.contentType: type, .cacheControl: "max-age=300"]),
            body: .bytes(Array(text.utf8)))
    }

    static func page(_ html: String, status: Int = 200) -> WebAnswer {
        WebAnswer(
            status: HTTPResponse.Status(code: status),
            headers: .forBrowsers.adding([.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]),
            body: .bytes(Array(html.utf8)))
    }

    static func page(_ kind: ErrorPage.Kind) -> WebAnswer {
        let page = ErrorPage(kind)
        var answer = WebAnswer.page(page.html, status: page.status)
        if case .tooManyRequests(let seconds) = kind { answer.headers[.retryAfter] = "\(seconds)" }
        return answer
    }

    /// To another page, to be fetched with GET (RFC 9110 section 15.4.4).
    static func seeOther(_ path: String) -> WebAnswer {
        WebAnswer(status: .seeOther, headers: .forBrowsers.adding([.location: path, .cacheControl: "no-store"]))
    }

    /// The same with a cookie that no script sees and that forms of other sites do not send.
    ///
    /// - Parameter life: in seconds; 0 takes the cookie away.
    func setting(_ cookie: String, to value: String, life: Int64, isSecure: Bool) -> WebAnswer {
        var answer = self
        let secure = isSecure ? "; Secure" : ""
        answer.headers.append(
            HTTPField(
                name: .setCookie, value: "\(cookie)=\(value); Path=/; Max-Age=\(life); HttpOnly; SameSite=Lax\(secure)")
        )
        return answer
    }
}

extension HTTPFields {
    /// What every answer says to browsers, made once.
    static let forBrowsers: HTTPFields = [
        .contentSecurityPolicy: ContentSecurityPolicy.text, .xContentTypeOptions: "nosniff",
        // With no-referrer, browsers would send "Origin: null" with the forms of these very pages.
        .referrerPolicy: "same-origin", .frameOptions: "DENY",
    ]

    static let json = forBrowsers.adding([.contentType: "application/json", .cacheControl: "no-store"])

    func adding(_ others: HTTPFields) -> HTTPFields {
        var fields = self
        for field in others { fields.append(field) }
        return fields
    }
}
