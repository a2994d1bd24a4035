import OperationCatalogue

extension TryEnd {
    /// What an answer says of the fate of its request.
    init(_ answer: Answer, to draft: RequestDraft, from location: HTTPAddress, now: Timestamp = .now) {
        switch answer.status {
        case 200..<300: self = Self.good(answer, to: draft, from: location)
        case 300..<400: self = Self.redirected(answer, from: location)
        default: self = Self.bad(answer, to: draft, from: location, now: now)
        }
    }

    // MARK: Success

    private static func good(_ answer: Answer, to draft: RequestDraft, from location: HTTPAddress) -> TryEnd {
        if case .nothing(let payload) = draft.answer {
            // Nothing is wanted of the body, but an error in it counts, and a page is of somebody else.
            switch try? Envelope(answer.body) {
            case .error(let error)?: return refused(error, answer, draft)
            case .foreign(let version)?: return unusable(foreign(version), answer, draft, location)
            case nil where answer.isPage: return unusable("a page", answer, draft, location)
            case .payload?, nil: return TryEnd(.done(payload))
            }
        }
        if answer.body.isEmpty {
            return unusable("\(answer.status) \(answer.reason) with nothing in it", answer, draft, location)
        }
        let envelope: Envelope
        do {
            envelope = try Envelope(answer.body)
        } catch {
            return unusable("what is no JSON: \(error)", answer, draft, location)
        }
        switch envelope {
        case .foreign(let version): return unusable(foreign(version), answer, draft, location)
        case .error(let error): return refused(error, answer, draft)
        case .payload(let payload, let isWrapped):
            guard payload.bytes.first == draft.answer.firstByte else {
                return unusable("something else than \(draft.answer.noun)", answer, draft, location)
            }
            var end = TryEnd(.done(payload))
            end.showsNamesHonoured = isWrapped || draft.isNamed(in: payload)
            return end
        }
    }

    /// An answer that says success and shows nothing that can be used. A write has probably been done.
    private static func unusable(
        _ what: String, _ answer: Answer, _ draft: RequestDraft, _ location: HTTPAddress
    ) -> TryEnd {
        var message = "\(location.text) answered \(what)"
        if !answer.body.isEmpty, !draft.isConfidential { message += "; it begins with: \(answer.quote)" }
        if answer.isPage, !location.path.hasSuffix("/api") {
            message += "; if this is a page for people, the backend's address may lack /api at its end"
        }
        let error = OperationError(.backendFailed, message, status: answer.status)
        return TryEnd(draft.repetition.isRead ? .notDone(error) : .unsettled(error))
    }

    private static func foreign(_ version: String) -> String {
        "an envelope of version \(version); known here are \(Envelope.knownVersions.joined(separator: " and "))"
    }

    // MARK: Failure

    /// An error that came as a success.
    private static func refused(_ error: JSONValue, _ answer: Answer, _ draft: RequestDraft) -> TryEnd {
        let fault = Fault(envelopeError: error)
        return TryEnd(
            .notDone(
                OperationError(
                    .backendFailed, fault.message ?? "an error without a message", status: answer.status,
                    backendCode: fault.code, existing: fault.existing)))
    }

    private static func redirected(_ answer: Answer, from location: HTTPAddress) -> TryEnd {
        let redirect = answer.location.map { Redirect(to: $0, from: location.origin) }
        var message = "\(location.text) answered \(answer.status) \(answer.reason)"
        switch redirect {
        case .within(let origin, let target)?: message += " to \(origin.text)\(target)"
        case .elsewhere(let place)?:
            message += """
                 to \(place), which is another place: nothing was sent there; if that is the backend, make it the \
                backend's address
                """
        case nil: message += " without saying where to"
        }
        let error = OperationError(.backendFailed, message, status: answer.status)
        // 303 (RFC 9110 section 15.4.4) says that the request was dealt with, and where to look; the others that it was not.
        var end = TryEnd(answer.status == 303 ? .unsettled(error) : .notDone(error))
        if [301, 302, 307, 308].contains(answer.status) { end.redirect = redirect }
        return end
    }

    private static func bad(
        _ answer: Answer, to draft: RequestDraft, from location: HTTPAddress, now: Timestamp
    ) -> TryEnd {
        let fault = Fault(answer)
        let code = ErrorCode(status: answer.status, fault: fault, repetition: draft.repetition)
        var message = fault.message ?? answer.reason
        if let version = fault.foreignVersion {
            message = "\(location.text) answered \(answer.status) in \(foreign(version))"
        } else if fault.isUnreadable, draft.isConfidential {
            message = answer.reason
        }
        let error = OperationError(
            code, message.isEmpty ? "error" : message, status: answer.status, backendCode: fault.code,
            existing: fault.existing)
        var end = TryEnd(tellsFate(answer, fault) ? .notDone(error) : .unsettled(error))
        end.isTransient = [408, 425, 429, 502, 503, 504].contains(answer.status)
        end.retryAfter = answer.retryAfter.flatMap { RetryAfter.duration($0, now: now) }
        return end
    }

    /// Whether a failure's answer says for certain that nothing was changed; see <doc:Fates>.
    private static func tellsFate(_ answer: Answer, _ fault: Fault) -> Bool {
        switch answer.status {
        case ..<500, 501, 505, 511: true
        case 500, 507: fault.isOwn
        case 503: fault.isOwn || answer.retryAfter != nil
        default: false
        }
    }
}

extension AnswerForm {
    fileprivate var firstByte: UInt8 {
        if case .array = self { return UInt8(ascii: "[") }
        return UInt8(ascii: "{")
    }

    fileprivate var noun: String {
        if case .array = self { return "the list that was asked for" }
        return "the object that was asked for"
    }
}

extension RequestDraft {
    /// Whether the payload shows the identifier that the request gave to a new task.
    fileprivate func isNamed(in payload: JSONText) -> Bool {
        guard case .namedCreate(let task) = repetition else { return false }
        return payload.bytes.contains(Array("\(task.id)\"".utf8))
    }
}
