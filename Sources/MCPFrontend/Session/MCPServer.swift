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
        var deferred = DeferredRequests()
        var goesOn = true
        while goesOn || !deferred.isEmpty, !sink.isBroken {
            var submissions: [Submission] = []
            takeDeferred(&deferred, &submissions)
            // Before anything is waited for.
            queue.add(submissions)
            submissions = []
            if goesOn, !deferred.isFull {
                goesOn = reader.readLines(waiting: deferred.isEmpty ? nil : Self.pause) { piece in
                    switch piece {
                    case .line(let line): session.receive(line, deferring: &deferred, &submissions)
                    case .tooLong: session.refuseLongLine(limit: messageLimit)
                    }
                }
                if !goesOn { beginEnd() }
            } else {
                usleep(1000)
            }
            queue.add(submissions)
            sink.beginWriting()
            while goesOn, sink.backlog > Self.backlogLimit, !sink.isBroken, !stop.isSignalled { usleep(1000) }
        }
        if goesOn { beginEnd() }
        queue.end()
    }

    /// Begins what has waited and has room now; in the end all of it, which is then refused.
    private func takeDeferred(_ deferred: inout DeferredRequests, _ submissions: inout [Submission]) {
        while !session.isFull || pipeline.shutdown.hasBegun, let line = deferred.next() {
            session.receive(line.span, &submissions)
        }
    }

    /// What is under way has a while to end.
    private func beginEnd() {
        let shutdown = pipeline.shutdown
        Task {
            try? await Task.sleep(for: Self.patience)
            shutdown.begin()
        }
    }

    /// Unwritten output beyond which nothing more is read.
    private static let backlogLimit = 16 << 20
    /// Milliseconds that are waited for input while requests wait for others to end.
    private static let pause: Int32 = 1
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
