import HTTPTypes
import OperationCatalogue
import OperationPipeline

extension PageHandler {
    /// What the home page calls itself in the log; its own reads are not shown on it.
    static let client = Caller.Client(name: OwnRecords.pageClient, version: "1")

    private static func caller(for account: Account) -> Caller {
        Caller(door: .http, user: account.name, client: client, owner: account.id)
    }

    func home(_ session: BrowserSession, _ request: WebRequest, fault: (String, Int)? = nil) async -> WebAnswer {
        let caller = Self.caller(for: session.account)
        var payloads: [JSONValue] = []
        for definition in [GetDailyTasks.definition, ListTasks.definition, GetMoodHistory.definition] {
            let result = await door.carryOut(
                OperationRequest(definition.name, [:], caller: caller, trace: request.trace))
            guard case .ok(let text, _) = result, let payload = try? text.value() else {
                var answer = WebAnswer.page(.internalError(reference: nil))
                if let error = result.error { answer.status = HTTPResponse.Status(code: error.httpStatus) }
                return answer
            }
            payloads.append(payload)
        }
        let (latest, mark) = await records.latest(3 * HomePage.logLength, of: session.account.id) {
            OwnRecords.shows($0, to: session.account.id)
        }
        let page = HomePage(
            visitor: session.visitor, today: payloads[0], tasks: payloads[1], moods: payloads[2], records: latest,
            mark: mark, now: accounts.clock(), fault: fault?.0)
        return .page(page.html, status: fault?.1 ?? 200)
    }

    func changeStatus(_ session: BrowserSession, _ fields: FormFields, _ request: WebRequest) async -> WebAnswer {
        let caller = Self.caller(for: session.account)
        let arguments: JSONObject = [
            TaskFields.taskID.name: .string(fields[.task]), PayloadMember.status.name: .string(fields[.status]),
        ]
        let result = await door.carryOut(
            OperationRequest(SetTaskStatus.definition.name, arguments, caller: caller, trace: request.trace))
        if let error = result.error {
            return await home(session, request, fault: (Self.fault(of: result, error), Self.status(of: result, error)))
        }
        return .seeOther("\(PagePath.home.rawValue)#task-\(PercentDecoding.encoded(fields[.task]))")
    }

    private static func status(of result: OperationResult, _ error: OperationError) -> Int {
        if case .unknown = result { return OperationError.unknownStatus }
        return error.httpStatus
    }

    /// What came of a change that did not end well.
    private static func fault(of result: OperationResult, _ error: OperationError) -> String {
        if case .unknown = result { return "\(error.messageForClients(isUnknown: true))." }
        return "Nothing was changed: \(error.messageForClients())."
    }

    /// The records of an account's operations as they come, with a sign of life when none do.
    ///
    /// - Parameter request: says behind which record it is to begin: that of the page, or the last that came before the
    ///   connection was lost (`Last-Event-ID`, WHATWG HTML Standard, section 9.2.4).
    func events(for session: BrowserSession, _ request: WebRequest) -> WebAnswer {
        let mark = (request.headers[.lastEventID] ?? request.query[FormField.after.rawValue]).flatMap { Int($0) }
        let records = records.followed(after: mark.map { FeedMark(count: $0) }) {
            OwnRecords.shows($0, to: session.account.id)
        }
        let accounts = accounts
        let iterator = EventIterator(records) {
            // Whoever signs out, or whose password is set anew, sees no more.
            (try? await accounts.session(session.secret)) != nil
        }
        let events = AsyncStream<String>(unfolding: { await iterator.next() })
        return WebAnswer(
            status: .ok, headers: .forBrowsers.adding([.contentType: "text/event-stream", .cacheControl: "no-store"]),
            body: .events(events))
    }
}

/// Turns what is followed in the log into server-sent events (WHATWG HTML Standard, section 9.2).
///
/// Unchecked: the body of one answer calls ``next()``, one call at a time.
private final class EventIterator: @unchecked Sendable {
    private var records: AsyncStream<FeedEvent>.Iterator
    private let isSignedIn: @Sendable () async -> Bool
    private var hasBegun = false

    init(_ records: AsyncStream<FeedEvent>, isSignedIn: @escaping @Sendable () async -> Bool) {
        self.records = records.makeAsyncIterator()
        self.isSignedIn = isSignedIn
    }

    func next() async -> String? {
        guard hasBegun else {
            hasBegun = true
            return "retry: 2000\n\n"
        }
        while let event = await records.next(isolation: nil) {
            guard await isSignedIn() else { return nil }
            guard case .record(let record, let mark) = event else { return ": keep-alive\n\n" }
            guard let row = LogEntry(record)?.row else { continue }
            return "event: record\nid: \(mark.count)\ndata: \(row)\n\n"
        }
        return nil
    }
}
