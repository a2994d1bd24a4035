import OperationCatalogue
import Testing

@testable import RESTBackend

@Suite("What comes after a try")
struct ProgressTests {
    private static let id = UniqueIdentifier.version7()
    private static let payload = JSONText(["id": 1])
    private static let lost = TryEnd(
        .unsettled(OperationError(.backendUnreachable, "broke off")), isTransient: true)
    private static let refused = TryEnd(
        .notDone(OperationError(.rateLimited, "slow down")), isTransient: true, retryAfter: .seconds(2))

    private func progress(_ repetition: Repetition, seconds: UInt64 = 10) -> RequestProgress {
        RequestProgress(policy: RetryPolicy(), repetition: repetition, due: seconds * 1_000_000_000)
    }

    private func waits(_ action: RequestProgress.Action) -> Duration? {
        if case .tryAgain(let delay) = action { return delay }
        return nil
    }

    private func status(_ action: RequestProgress.Action) -> OutcomeStatus? {
        if case .finish(let result) = action { return result.status }
        return nil
    }

    @Test("a lost answer is asked for again where that does no harm, and is unknown else")
    func lost() {
        let named = Repetition.namedCreate(.init(id: Self.id, title: "a", description: ""))
        for (repetition, honours, repeats) in [
            (.read, false, true), (.idempotent, false, true), (.deletion(JSONText(["deleted": true])), false, true),
            (named, true, true), (named, false, false), (.overwriting, true, false), (.unsafe, true, false),
        ] as [(Repetition, Bool, Bool)] {
            var progress = progress(repetition)
            let action = progress.next(after: Self.lost, honoursNames: honours, now: 0, chance: 0)
            #expect((waits(action) != nil) == repeats, "\(repetition)")
            if !repeats { #expect(status(action) == .unknown) }
        }
    }

    @Test("what certainly did not happen is tried again, whatever it is, after what the backend asks for")
    func refused() throws {
        var progress = progress(.unsafe)
        let delay = try #require(
            waits(progress.next(after: Self.refused, honoursNames: false, now: 0, chance: 1)))
        #expect(delay >= .seconds(2) && delay < .seconds(3))
        // Three seconds before the end a wait of two is worth it, one second before it is not.
        #expect(waits(progress.next(after: Self.refused, honoursNames: false, now: 7_000_000_000, chance: 0)) != nil)
        #expect(
            status(progress.next(after: Self.refused, honoursNames: false, now: 9_000_000_000, chance: 0)) == .failed)
    }

    @Test("there are four tries, and each wait is longer than the one before")
    func tries() {
        var progress = progress(.read)
        var delays: [Duration] = []
        var end: OutcomeStatus?
        while end == nil {
            let action = progress.next(after: Self.lost, honoursNames: false, now: 0, chance: 0.5)
            if let delay = waits(action) { delays.append(delay) }
            end = status(action)
        }
        #expect(delays == [.milliseconds(75), .milliseconds(150), .milliseconds(300)])
        #expect(end == .failed)
    }

    @Test("once a try may have happened, nothing but its proof makes the end certain")
    func doubt() {
        let notFound = TryEnd(.notDone(OperationError(.notFound, "task not found")))
        for (repetition, expected) in [
            (.idempotent, .unknown), (.deletion(JSONText(["deleted": true])), .ok), (.read, .failed),
        ] as [(Repetition, OutcomeStatus)] {
            var progress = progress(repetition)
            _ = progress.next(after: Self.lost, honoursNames: false, now: 0, chance: 0)
            #expect(status(progress.next(after: notFound, honoursNames: false, now: 0, chance: 0)) == expected)
            var certain = self.progress(repetition)
            #expect(status(certain.next(after: notFound, honoursNames: false, now: 0, chance: 0)) == .failed)
        }
        var progress = progress(.idempotent)
        _ = progress.next(after: Self.lost, honoursNames: false, now: 0, chance: 0)
        #expect(progress.result(cancelledBy: OperationError(.cancelled, "x")).status == .unknown)
        #expect(
            status(progress.next(after: TryEnd(.done(Self.payload)), honoursNames: false, now: 0, chance: 0)) == .ok)
    }

    @Test("a redirect within the host is followed, five times, and counts as no try")
    func redirects() throws {
        let origin = try HTTPAddress("http://a").origin
        var end = TryEnd(.notDone(OperationError(.backendFailed, "moved")))
        end.redirect = .within(origin, target: "/x")
        var progress = progress(.unsafe)
        for _ in 0..<5 {
            guard case .follow(_, "/x") = progress.next(after: end, honoursNames: false, now: 0, chance: 0) else {
                Issue.record("not followed")
                return
            }
        }
        #expect(status(progress.next(after: end, honoursNames: false, now: 0, chance: 0)) == .failed)
    }

    @Test("delays grow to the longest, spread over their second half")
    func delays() {
        let policy = RetryPolicy()
        #expect(policy.delay(afterTries: 1, retryAfter: nil, chance: 0) == .milliseconds(50))
        #expect(policy.delay(afterTries: 1, retryAfter: nil, chance: 1) == .milliseconds(100))
        #expect(policy.delay(afterTries: 90, retryAfter: nil, chance: 1) == .seconds(3))
        #expect(policy.delay(afterTries: 1, retryAfter: .zero, chance: 1) == .milliseconds(100))
    }

    @Test(
        "Retry-After is read as seconds and as a moment",
        arguments: [
            ("0", 0), ("120", 120), ("99999999999999999999", 31_536_000), ("Sun, 06 Nov 1994 08:49:47 GMT", 10),
            ("Sun, 06 Nov 1994 08:49:27 GMT", 0), ("", nil), ("-1", nil), ("soon", nil), ("1.5", nil),
            ("Sun, 06 Nov 1994 08:49:47 CET", nil), ("Sun, 32 Nov 1994 08:49:47 GMT", nil),
        ] as [(String, Int?)])
    func retryAfter(_ text: String, _ seconds: Int?) throws {
        let now = try #require(Timestamp("1994-11-06T08:49:37Z"))
        #expect(RetryAfter.duration(text, now: now) == seconds.map { .seconds($0) })
    }
}

@Suite("What an answer says of its request's fate")
struct FateTests {
    private let location = try? HTTPAddress("https://a/api")

    private func end(_ status: Int, _ body: String, to repetition: Repetition, retryAfter: String? = nil) throws
        -> TryEnd
    {
        let draft = RequestDraft(.post, "/tasks", repetition: repetition, answer: .object)
        return TryEnd(
            Answer(status: status, reason: "Reason", retryAfter: retryAfter, body: Array(body.utf8)), to: draft,
            from: try #require(location))
    }

    private static let own = #"{"message":"words"}"#

    @Test(
        "a write's error tells its fate, or not",
        arguments: [
            (400, own, true), (400, "", true), (404, "<html>", true), (408, "", true), (409, own, true),
            (429, "", true),
            (500, own, true), (500, #"{"version":"0.1","error":{"code":"internal"}}"#, true), (500, "", false),
            (500, "<html>", false), (500, "{}", false), (501, "", true), (507, own, true),
            (507, "", false), (502, own, false), (502, "<html>", false),
            (503, own, true), (503, "", false), (504, own, false), (520, "", false),
        ])
    func write(_ status: Int, _ body: String, _ isTold: Bool) throws {
        switch try end(status, body, to: .unsafe).fate {
        case .done: Issue.record("\(status) is no success")
        case .notDone(let error):
            #expect(isTold)
            #expect(error.status == status)
        case .unsettled(let error):
            #expect(!isTold)
            #expect(error.status == status)
        }
    }

    @Test("a 503 that says when to come back was not carried out")
    func retryAfter() throws {
        let end = try end(503, "<html>", to: .unsafe, retryAfter: "3")
        guard case .notDone = end.fate else {
            Issue.record("unsettled")
            return
        }
        #expect(end.isTransient)
        #expect(end.retryAfter == .seconds(3))
    }

    @Test(
        "statuses and codes become kinds of failure",
        arguments: [
            (400, own, ErrorCode.invalidState, "words"),
            (400, #"{"message":"m","code":"validation_error"}"#, .invalidArguments, "m"),
            (
                400, "cannot complete task with active children", .invalidState,
                "cannot complete task with active children"
            ),
            (401, "", .notSignedIn, "Reason"), (403, own, .forbidden, "words"), (404, own, .notFound, "words"),
            (409, #"{"version":"0.1","error":{"code":"id_conflict","message":"m"}}"#, .idConflict, "m"),
            (409, own, .invalidState, "words"), (413, "", .invalidArguments, "Reason"),
            (418, "", .backendFailed, "Reason"),
            (422, #"{"error":"wrong"}"#, .invalidArguments, "wrong"), (429, "", .rateLimited, "Reason"),
            (500, #""words""#, .backendFailed, "words"), (504, "", .backendFailed, "Reason"),
            (404, #"{"error":{"message":"inner"}}"#, .notFound, "inner"), (404, "[]", .notFound, "Reason"),
        ])
    func codes(_ status: Int, _ body: String, _ code: ErrorCode, _ message: String) throws {
        switch try end(status, body, to: .unsafe).fate {
        case .done: Issue.record("\(status) is no success")
        case .notDone(let error), .unsettled(let error):
            #expect(error.code == code)
            #expect(error.message == message)
        }
    }

    @Test("item_exists brings the task that is there")
    func existing() throws {
        let body = #"{"version":"0.1","error":{"code":"item_exists","message":"m","existing":{"id": "x"}}}"#
        guard case .notDone(let error) = try end(409, body, to: .unsafe).fate else {
            Issue.record("unsettled")
            return
        }
        #expect(error.code == .itemExists)
        #expect(error.backendCode == "item_exists")
        #expect(error.existing?.description == #"{"id":"x"}"#)
    }

    @Test("a very long message is cut")
    func longMessage() throws {
        let body = "{\"message\":\"\(String(repeating: "x", count: 100_000))\"}"
        guard case .notDone(let error) = try end(400, body, to: .unsafe).fate else {
            Issue.record("unsettled")
            return
        }
        #expect(error.message.count == 4003)
    }
}
