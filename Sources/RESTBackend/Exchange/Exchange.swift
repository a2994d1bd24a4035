import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import OperationPipeline
import Synchronization

/// One request on the wire and its answer, gathered as it comes.
///
/// A delegate of the client and not its async call, which costs more for each request (see <doc:Exchanges>).
final class Exchange: HTTPClientResponseDelegate {
    typealias Response = Void

    /// How it ended.
    enum End: Sendable {
        case answer(Answer)
        case failure(any Error, wasSent: Bool)
    }

    /// The answer's body grew beyond the limit.
    struct TooLarge: Error {}

    /// What an exchange may take; times in nanoseconds.
    struct Limits: Sendable {
        /// When it must have ended, by the monotonic clock.
        let due: UInt64
        /// Between two signs of life.
        let silence: UInt64
        /// Bytes of the answer's body.
        let size: Int
    }

    private let limits: Limits
    private let state: Mutex<State>

    private struct State: Sendable {
        var continuation: CheckedContinuation<End, Never>?
        var task: HTTPClient.Task<Void>?
        /// Why it is to end, where that is said from outside.
        var stop: HTTPClientError?
        var wasSent = false
        /// The last sign of life.
        var progress: UInt64 = 0
        var head: HTTPResponseHead?
        var body: [UInt8] = []
    }

    init(limits: Limits) {
        self.limits = limits
        state = Mutex(State())
    }

    /// Begins the exchange and waits for its end; cancelling the current task ends it soon.
    ///
    /// - Parameter start: hands the exchange to a client, or returns nil when there is none any more.
    func run(_ start: (Exchange) -> HTTPClient.Task<Void>?) async -> End {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { $0.continuation = continuation }
                // A request that nobody waits for any more does not leave.
                if let stop = state.withLock({ $0.stop }) { return finish { .failure(stop, wasSent: $0.wasSent) } }
                guard let task = start(self) else {
                    return finish { _ in .failure(HTTPClientError.alreadyShutdown, wasSent: false) }
                }
                let stop = state.withLock { state in
                    // One that has ended already is not kept.
                    if state.continuation != nil { state.task = task }
                    return state.stop
                }
                if let stop { task.fail(reason: stop) }
            }
        } onCancel: {
            end(because: .cancelled)
        }
    }

    private func end(because stop: HTTPClientError) {
        let task = state.withLock { state in
            state.stop = stop
            return state.task
        }
        task?.fail(reason: stop)
    }

    private func finish(_ end: (State) -> End) {
        let (continuation, ending): (CheckedContinuation<End, Never>?, End?) = state.withLock { state in
            guard let continuation = state.continuation else { return (nil, nil) }
            let ending = end(state)
            state = State()
            return (continuation, ending)
        }
        if let continuation, let ending { continuation.resume(returning: ending) }
    }

    // MARK: Time

    /// When time may be up, unless the backend shows itself meanwhile. Until the request is sent only the last moment
    /// counts: the client has a limit of its own for connecting.
    func nextLook(at now: UInt64) -> UInt64 {
        let (wasSent, progress) = state.withLock { ($0.wasSent, $0.progress) }
        return min(limits.due, (wasSent ? progress : now) &+ limits.silence)
    }

    /// Ends the exchange if its time is up, and tells whether it is.
    func expire(at now: UInt64) -> Bool {
        let isSilent = state.withLock { $0.wasSent && $0.progress &+ limits.silence <= now }
        guard isSilent || limits.due <= now else { return false }
        end(because: limits.due <= now ? .deadlineExceeded : .readTimeout)
        return true
    }

    // MARK: The client's calls, all on one event loop

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        let now = MonotonicClock.now
        state.withLock { state in
            state.wasSent = true
            state.progress = now
        }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let now = MonotonicClock.now
        state.withLock { state in
            state.head = head
            state.progress = now
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let now = MonotonicClock.now
        let fits = state.withLock { state in
            state.progress = now
            guard buffer.readableBytes <= limits.size - state.body.count else { return false }
            // Most bodies come in one part; with the second one it is time to make room for all.
            if !state.body.isEmpty, let length = state.head?.announcedLength, state.body.capacity < length {
                state.body.reserveCapacity(min(length, limits.size))
            }
            buffer.withUnsafeReadableBytes { state.body.append(contentsOf: $0) }
            return true
        }
        return fits ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(TooLarge())
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {
        finish { state in
            guard let head = state.head else {
                return .failure(HTTPClientError.remoteConnectionClosed, wasSent: state.wasSent)
            }
            return .answer(Answer(head, body: state.body))
        }
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        finish { .failure($0.stop ?? error, wasSent: $0.wasSent) }
    }
}

extension HTTPResponseHead {
    fileprivate var announcedLength: Int? {
        headers.first(name: "content-length").flatMap { Int($0) }
    }
}

extension Answer {
    fileprivate init(_ head: HTTPResponseHead, body: [UInt8]) {
        let isGood = 200..<300 ~= head.status.code
        self.init(
            status: Int(head.status.code),
            reason: head.status.reasonPhrase,
            retryAfter: isGood ? nil : head.headers.first(name: "retry-after"),
            location: isGood ? nil : head.headers.first(name: "location"),
            body: body
        )
    }
}
