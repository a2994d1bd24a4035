import HTTPTypes
import OperationCatalogue

/// What a handler answers.
struct WebAnswer: Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields = [:]
    var body: Body = .bytes([])
    /// On whose behalf the request was, for its record; `nil` where nobody is signed in.
    var user: String?

    /// The length of the body, where that is known.
    var length: Int? {
        if case .bytes(let bytes) = body { return bytes.count }
        return nil
    }

    /// The same for the record of somebody's request.
    func on(behalfOf account: Account) -> WebAnswer {
        var answer = self
        answer.user = account.name
        return answer
    }

    enum Body: Sendable {
        /// For an answer to HEAD.
        case none
        case bytes([UInt8])
        /// Server-sent events, as they come.
        case events(AsyncStream<String>)
    }

    static func json(_ bytes: [UInt8], status: Int) -> WebAnswer {
        WebAnswer(
            status: HTTPResponse.Status(code: status),
            headers: [.contentType: "application/json", .cacheControl: "no-store"], body: .bytes(bytes))
    }

    static func file(_ text: String, type: String) -> WebAnswer {
        WebAnswer(
            status: .ok, headers: [.contentType: type, .cacheControl: "max-age=300"], body: .bytes(Array(text.utf8)))
    }

    static func page(_ html: String, status: Int = 200) -> WebAnswer {
        WebAnswer(
            status: HTTPResponse.Status(code: status),
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
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
        WebAnswer(status: .seeOther, headers: [.location: path, .cacheControl: "no-store"])
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

    /// The same with what every answer says to browsers.
    var secured: WebAnswer {
        var answer = self
        answer.headers[.contentSecurityPolicy] = ContentSecurityPolicy.text
        answer.headers[.xContentTypeOptions] = "nosniff"
        // With no-referrer, browsers would send "Origin: null" with the forms of these very pages.
        answer.headers[.referrerPolicy] = "same-origin"
        answer.headers[.frameOptions] = "DENY"
        return answer
    }
}
