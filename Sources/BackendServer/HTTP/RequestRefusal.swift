import HTTPTypes
import Hummingbird
import HummingbirdCore
import OperationCatalogue

/// Why a request is not read to its end. The connection ends with the answer, since the rest of the body may still come.
enum RequestRefusal: Error, Hashable {
    case tooLarge, tooSlow
    /// The target is no path, or there is not exactly one host.
    case malformed
    /// The body is no sequence of chunks, or ends before its length.
    case brokenBody
    /// The body has a `Content-Encoding`.
    case codedBody
    /// The body has another `Transfer-Encoding` than `chunked`.
    case codedTransfer
    case unknownExpectation
    case tooMuch(SharedResource)

    /// What can be said before the body has come, and has to: a client that expects an answer sends the body only then (RFC
    /// 9110 section 10.1.1).
    init?(ofHead request: Request) {
        let coding = request.headers[.transferEncoding]
        let hasBody = coding != nil || request.headers[.contentLength].map { $0 != "0" } == true
        if let coding, coding.lowercased() != "chunked" {
            self = .codedTransfer
        } else if hasBody, let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            self = .codedBody
        } else if let expectation = request.headers[.expect], expectation.lowercased() != "100-continue" {
            self = .unknownExpectation
        } else {
            return nil
        }
    }

    private var status: HTTPResponse.Status {
        switch self {
        case .tooLarge: .contentTooLarge
        case .tooSlow: .requestTimeout
        case .malformed, .brokenBody: .badRequest
        case .codedBody: .unsupportedMediaType
        case .codedTransfer: .notImplemented
        case .unknownExpectation: .expectationFailed
        case .tooMuch: .tooManyRequests
        }
    }

    private var sentence: String {
        switch self {
        case .tooLarge: "the body is too long, or too long for somebody who is not signed in"
        case .tooSlow: "the body came too slowly"
        case .malformed: "the request's target is no path, or it has no Host that can be one, or more than one"
        case .brokenBody:
            "the body is broken: expected chunks with their sizes in hexadecimal digits, or as many bytes as Content-Length says"
        case .codedBody: "the body has a Content-Encoding, which is not understood here: send it as it is"
        case .codedTransfer: "the body has another Transfer-Encoding than chunked: send it as it is"
        case .unknownExpectation: "Expect: only 100-continue is understood here"
        case .tooMuch(let resource): resource.refusal
        }
    }

    func answer(in dialect: Dialect) -> WebAnswer {
        var answer: WebAnswer
        if case .tooMuch(let resource) = self {
            answer = dialect.tooMuch(of: resource)
        } else {
            answer = dialect.failure(OperationError(.invalidRequest, sentence))
            answer.status = status
        }
        if self == .codedBody { answer.headers[.acceptEncoding] = "identity" }
        answer.headers[.connection] = "close"
        return answer
    }
}

extension HTTPField.Name {
    /// A second one: the first is the request's authority.
    static let host = named("Host")
}
