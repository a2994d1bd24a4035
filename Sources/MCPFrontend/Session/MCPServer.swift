import Glibc
package import OperationCatalogue
package import OperationPipeline
import Synchronization

/// A Model Context Protocol server for one client on a pair of streams (MCP, transports, stdio).
package final class MCPServer: Sendable {
    /// The longest message that is taken, in bytes without its line end.
    package static let messageLimit = 16 << 20
    /// How long operations that are under way at the end of input have to end by themselves.
    package static let patience: Duration = .milliseconds(1400)

    /// How long a question to the client (an elicitation) stays open: as long as the seed's backend keeps a sign-in.
    package static let questionLife: Duration = .seconds(600)

    private let pipeline: Pipeline
    private let queue: SubmissionQueue
    private let session: Session
    private let sink: any MessageSink
    private let messageLimit: Int

    /// - Parameters:
    ///   - pipeline: carries the operations out. It lets through what `offer` offers and nothing else; its shutdown is this
    ///     server's to begin.
    ///   - user: on whose behalf clients ask.
    ///   - sink: where the messages to the client go.
    ///   - questionLife: after it a call that has asked the client ends without the answer.
    package init(
        pipeline: Pipeline,
        offer: ToolSelection,
        identity: ServerIdentity,
        user: String,
        sink: any MessageSink,
        messageLimit: Int = MCPServer.messageLimit,
        questionLife: Duration = MCPServer.questionLife
    ) {
        self.pipeline = pipeline
        self.sink = sink
        self.messageLimit = messageLimit
        queue = SubmissionQueue(sink: sink)
        session = Session(
            methods: Methods(offer: offer, identity: identity),
            queue: queue,
            sink: sink,
            callers: Callers(user: user),
            deadline: pipeline.limits.deadline,
            questionLife: questionLife
        )
    }

    /// How long the parts of an end may take, so that all of it stays under two seconds.
    package static func limits(_ limits: PipelineLimits) -> PipelineLimits {
        var limits = limits
        limits.drain = .milliseconds(50)
        limits.grace = .milliseconds(300)
        return limits
    }

    /// Serves until the end of input, or until the interruption; then everything that was asked for has been answered.
    ///
    /// - Parameters:
    ///   - input: a descriptor to read messages from, which is left open and in its mode.
    ///   - onEnd: called when nothing more is read, which is before this returns: never, where the log or the backend hangs.
    /// - Throws: ``ErrorCode/internalError`` where the system has no descriptors or threads left to begin with.
    package func run(
        input: Int32, until interruption: Shutdown, onEnd: @escaping @Sendable () -> Void = {}
    ) async throws(OperationError) {
        guard let stop = StopPipe() else { throw .cannotBegin }
        let registration = interruption.onBegin { stop.signal() }
        let thread = ReaderThread {
            self.read(input, until: stop)
            onEnd()
        }
        guard thread.start() else { throw .cannotBegin }
        await pipeline.run(queue.stream, afterReplies: { self.sink.beginWriting() })
        for submission in queue.takeRest() { submission.refuseAtShutdown() }
        session.close()
        sink.beginWriting()
        interruption.forget(registration)
    }

    private func read(_ input: Int32, until stop: StopPipe) {
        var reader = MessageReader(input, limit: messageLimit, stop: stop.readable)
        var goesOn = true
        while goesOn, !sink.isBroken {
            var submissions: [Submission] = []
            goesOn = reader.readLines { piece in
                switch piece {
                case .line(let line): session.receive(line, &submissions)
                case .tooLong: session.refuseLongLine(limit: messageLimit)
                }
            }
            queue.add(submissions)
            sink.beginWriting()
            if goesOn { waitForRoom(until: stop) }
        }
        queue.end()
        let shutdown = pipeline.shutdown
        Task {
            try? await Task.sleep(for: Self.patience)
            shutdown.begin()
        }
    }
}

extension MCPServer {
    /// Unwritten output beyond which nothing more is read.
    private static let backlogLimit = 16 << 20
    /// Milliseconds for each portion of the input, of 64 KiB, while very many requests are under way.
    private static let longestPause = 20

    /// Waits while the client does not read what it gets; and where very many requests are under way a moment for some of
    /// them to end: no longer, since what comes next may be a ping, a cancellation or the end.
    private func waitForRoom(until stop: StopPipe) {
        while sink.backlog > Self.backlogLimit, !sink.isBroken, !stop.isSignalled { usleep(1000) }
        var milliseconds = 0
        while session.isFull, !stop.isSignalled, milliseconds < Self.longestPause {
            usleep(1000)
            milliseconds += 1
        }
    }
}

extension OperationError {
    fileprivate static let cannotBegin = OperationError(
        .internalError, "the server cannot begin: this user's processes have used up the system's files or threads")
}

/// A pipe whose only news is that reading is to end.
private final class StopPipe: Sendable {
    let readable: Int32
    private let writable: Int32
    private let hasSignalled = Atomic<Bool>(false)

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (readable, writable) = (ends[0], ends[1])
    }

    var isSignalled: Bool { hasSignalled.load(ordering: .acquiring) }

    func signal() {
        hasSignalled.store(true, ordering: .releasing)
        var byte: UInt8 = 0
        _ = write(writable, &byte, 1)
    }

    deinit {
        close(readable)
        close(writable)
    }
}

/// A thread that may wait in system calls for as long as it likes, as those that tasks and queues share may not.
private final class ReaderThread: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// - Returns: whether the system has made the thread.
    func start() -> Bool {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let failure = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<ReaderThread>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, context.toOpaque())
        guard failure == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}
