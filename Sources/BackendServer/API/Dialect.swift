import HTTPTypes
import OperationCatalogue
import OperationPipeline

/// The two forms of the API's answers.
enum Dialect: String, Sendable, CaseIterable {
    /// At `/`: the payload itself.
    case bare
    /// Under `/api`: the payload in `data`, an error in `error`.
    case envelope

    static let envelopePath = "api"
    private static let beforeData = Array(#"{"version":"0.1","data":"#.utf8)
    private static let afterData = [UInt8(ascii: "}")]

    /// - Parameter target: a path that may be none.
    init(target: String) { self = target.hasPrefix("/\(Self.envelopePath)/") ? .envelope : .bare }

    func answer(_ result: OperationResult, status: Int) -> WebAnswer {
        switch result {
        case .ok(let payload, _): success(payload, status: status)
        case .spooled(let text): success(text, status: status)
        case .failed, .skipped: failure(result.error ?? .notRun)
        case .unknown(let error): failure(error, isUnknown: true)
        }
    }

    func success(_ payload: JSONText, status: Int) -> WebAnswer {
        guard status != 204 else { return WebAnswer(status: .noContent) }
        guard self == .envelope else { return .json(payload.bytes, status: status) }
        return .json(Self.beforeData, payload.bytes, Self.afterData, status: status)
    }

    private func success(_ text: any SpooledText, status: Int) -> WebAnswer {
        guard self == .envelope else { return .json(text, status: status) }
        return .json(before: Self.beforeData, text, after: Self.afterData, status: status)
    }

    /// - Parameter isUnknown: whether it may have been carried out all the same.
    func failure(_ error: OperationError, isUnknown: Bool = false) -> WebAnswer {
        var object: JSONObject = [
            "code": .string(error.backendCode ?? error.code.rawValue),
            "message": .string(error.messageForClients(isUnknown: isUnknown)),
        ]
        if let existing = error.existing { object["existing"] = try? existing.value() }
        let body: JSONValue = self == .bare ? .object(object) : ["version": "0.1", "error": .object(object)]
        let status = isUnknown ? OperationError.unknownStatus : error.httpStatus
        var answer = WebAnswer.json(JSONText(body).bytes, status: status)
        if error.code == .notSignedIn { answer.headers[.wwwAuthenticate] = "Bearer" }
        return answer
    }

    /// To a path that is none of the API's.
    func noEndpoint(_ request: WebRequest) -> WebAnswer {
        let path = "/" + request.path.joined(separator: "/").prefix(200)
        return failure(
            OperationError(
                .notFound, "there is no such endpoint: \(request.method.rawValue) \(path)",
                backendCode: "endpoint_not_found"))
    }

    func tooMuch(of resource: SharedResource) -> WebAnswer {
        tooMany(resource.refusal, seconds: resource.retryAfter)
    }

    /// - Parameter seconds: when it may be worth to ask again.
    func tooMany(_ sentence: String, seconds: Int) -> WebAnswer {
        var answer = failure(OperationError(.rateLimited, sentence))
        answer.headers[.retryAfter] = "\(seconds)"
        return answer
    }
}
