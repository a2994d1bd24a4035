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
    private static let version = #""version":"0.1""#

    func answer(_ result: OperationResult, status: Int) -> WebAnswer {
        switch result {
        case .ok(let payload): success(payload, status: status)
        case .failed, .skipped: failure(result.error ?? .notRun)
        case .unknown(let error): failure(error, isUnknown: true)
        }
    }

    func success(_ payload: JSONText, status: Int) -> WebAnswer {
        guard status != 204 else { return WebAnswer(status: .noContent) }
        guard self == .envelope else { return .json(payload.bytes, status: status) }
        return .json(Array("{\(Self.version),\"data\":".utf8) + payload.bytes + [UInt8(ascii: "}")], status: status)
    }

    /// - Parameter isUnknown: whether it may have been carried out all the same.
    func failure(_ error: OperationError, isUnknown: Bool = false) -> WebAnswer {
        var object: JSONObject = [
            "code": .string(error.backendCode ?? error.code.rawValue), "message": .string(error.message),
        ]
        if let existing = error.existing { object["existing"] = try? existing.value() }
        let body: JSONValue = self == .bare ? .object(object) : ["version": "0.1", "error": .object(object)]
        var answer = WebAnswer.json(JSONText(body).bytes, status: isUnknown ? 504 : error.httpStatus)
        if error.code == .notSignedIn { answer.headers[.wwwAuthenticate] = "Bearer" }
        return answer
    }
}

extension OperationError {
    /// The status that tells a client of this server's own failure: 503 says for certain that nothing was done.
    var httpStatus: Int {
        switch code {
        case .invalidRequest, .invalidState: 400
        case .invalidArguments, .invalidReference: 422
        case .notPermitted, .forbidden: 403
        case .logUnavailable, .backendUnreachable, .backendBusy, .cancelled, .notRun: 503
        case .backendFailed, .internalError: 500
        default: status ?? 500
        }
    }
}
