import Glibc
package import OperationCatalogue
package import OperationPipeline
import Synchronization

/// A Model Context Protocol server for one client on a pair of streams (MCP, transports, stdio).
package final class MCPServer: Sendable {
    /// The longest message that is taken, in bytes without its line end.
    package static let messageLimit = 16 << 20
    /// How long a question to the client (an elicitation) stays open: as long as the seed's backend keeps a sign-in.
    package static let questionLife: Duration = .seconds(600)

    private let pipeline: Pipeline
    /// Begins when what is under way at the end has had its time.
    private let shutdown = Shutdown()
    private let queue = PullQueue<Submission>()
    private let pacing: ReplyPacing
    private let session: Session
    private let sink: any MessageSink
    private let messageLimit: Int
    private let deferredLimit: Int
    private let budget: ShutdownBudget

    /// - Parameters:
    ///   - pipeline: carries the operations out. What it lets through is for `offer` to say, and how it ends for `budget`.
    ///   - user: on whose behalf clients ask.
    ///   - sink: where the messages to the client go.
    ///   - deferredLimit: the most bytes of requests that are kept until there is room for them.
    ///   - questionLife: after it a call that has asked the client ends without the answer.
    ///   - budget: how long the parts of the end may take. Of its patience with what is under way at the end of input, time does
    ///     not count in which operations could not begin, since the client was still reading; after an interruption it does.
    package init(
        pipeline: Pipeline,
        offer: ToolSelection,
        identity: ServerIdentity,
        user: String,
        sink: any MessageSink,
        messageLimit: Int = MCPServer.messageLimit,
        deferredLimit: Int? = nil,
        questionLife: Duration = MCPServer.questionLife,
        budget: ShutdownBudget = .agent
    ) {
        var pipeline = pipeline
        pipeline.policy = offer.policy
        pipeline.limits.ending = budget
        self.pipeline = pipeline
        self.sink = sink
        self.messageLimit = messageLimit
        self.budget = budget
        self.deferredLimit = deferredLimit ?? DeferredRequests.usualLimit
        pacing = ReplyPacing(sink: sink)
        session = Session(
            methods: Methods(offer: offer, identity: identity),
            pacing: pacing,
            sink: sink,
            callers: Callers(user: user),
            deadline: pipeline.limits.deadline,
            questionLife: questionLife
        )
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
        let thread = BlockingThread {
            self.read(input, until: stop)
            onEnd()
        }
        guard let thread else { throw .cannotBegin }
        await pipeline.run(pacing.stream(of: queue), until: shutdown, afterReplies: { self.sink.beginWriting() })
        // The pipeline takes nothing more. What the reader has read all the same is answered: first all of it must be here.
        stop.signal()
        shutdown.begin()
        await thread.join()
        for submission in queue.takeRest() { submission.refuseAtShutdown() }
        await session.allHaveEnded()
        session.close()
        sink.beginWriting()
        interruption.forget(registration)
    }

    private func read(_ input: Int32, until stop: StopPipe) {
        var reader = MessageReader(input, limit: messageLimit, stop: stop.readable)
        var deferred = DeferredRequests(limit: deferredLimit)
        var lastPortion: UInt64 = 0
        var goesOn = true
        while goesOn || !deferred.isEmpty, !sink.isBroken {
            var submissions: [Submission] = []
            takeDeferred(&deferred, &submissions)
            // Before anything is waited for.
            queue.add(submissions)
            submissions = []
            if goesOn {
                // Whatever is waited for, the end of input and the interruption are seen at once.
                let isPaused = sink.backlog > Self.backlogLimit || MonotonicClock.now < lastPortion + deferred.pause
                let time = deferred.isEmpty && !isPaused ? nil : Self.pause
                goesOn = reader.readLines(waiting: time, isPaused: isPaused) { piece in
                    switch piece {
                    case .line(let line): session.receive(line, deferring: &deferred, &submissions)
                    case .tooLong: session.refuseLongLine(limit: messageLimit)
                    }
                    lastPortion = MonotonicClock.now
                }
                if !goesOn { beginEnd(until: stop) }
            } else {
                usleep(1000)
            }
            queue.add(submissions)
            sink.beginWriting()
        }
        if goesOn { beginEnd(until: stop) }
        queue.end()
    }

    /// Begins what has waited and has room now; in the end all of it, which is then refused.
    private func takeDeferred(_ deferred: inout DeferredRequests, _ submissions: inout [Submission]) {
        while !session.isFull || shutdown.hasBegun, let line = deferred.next() {
            session.receive(line.span, &submissions)
        }
    }

    /// What is under way has a while to end.
    private func beginEnd(until stop: StopPipe) {
        let (shutdown, pacing, patience) = (shutdown, pacing, budget.patience)
        Task {
            let begun = ContinuousClock.now
            var end = begun + patience
            while ContinuousClock.now < end {
                try? await Task.sleep(until: end, clock: .continuous)
                if !stop.isSignalled, let moment = pacing.lastHeldUp { end = max(end, moment + patience) }
            }
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
