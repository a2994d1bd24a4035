/// The way that every operation takes, whichever door it came in by.
package struct Pipeline: Sendable {
    /// What it lets through.
    package var policy: AdmissionPolicy
    package let recorder: any OperationRecorder
    package let backend: any Backend
    package var limits: PipelineLimits

    package init(
        policy: AdmissionPolicy = AdmissionPolicy(),
        recorder: any OperationRecorder,
        backend: any Backend,
        limits: PipelineLimits = PipelineLimits()
    ) {
        self.policy = policy
        self.recorder = recorder
        self.backend = backend
        self.limits = limits
    }

    /// Carries every submission of `source` to its reply, and returns when the source has ended, or the shutdown has
    /// begun, and nothing is under way any more.
    ///
    /// The source is pulled: it is asked for its next submissions only when there is room for them. What it gives at a
    /// time, up to ``PipelineLimits/pullSize``, shares its writes to the log.
    ///
    /// When the calling task is cancelled, this run shuts down as if `shutdown` had begun; its replies are still given.
    ///
    /// - Parameters:
    ///   - shutdown: ends this run. One that outlives it keeps nothing of it.
    ///   - afterReplies: called each time after some replies were given: the place to begin writing output. It must not wait
    ///     until somebody has read that, or outcomes would wait for their records as long; a source slows down instead.
    package func run(
        _ source: AsyncStream<[Submission]>,
        until shutdown: Shutdown,
        afterReplies: @escaping @Sendable () -> Void = {}
    ) async {
        let stop = Shutdown()
        let registration = shutdown.onBegin { stop.begin() }
        let carrying = Task { await carry(source, until: stop, afterReplies: afterReplies) }
        await withTaskCancellationHandler {
            await carrying.value
        } onCancel: {
            stop.begin()
        }
        shutdown.forget(registration)
    }
}

// MARK: - The whole way

extension Pipeline {
    /// Three streams, each pulled by the one behind it: the source, what is prepared, and what has ended.
    private func carry(
        _ source: AsyncStream<[Submission]>, until stop: Shutdown, afterReplies: @Sendable () -> Void
    ) async {
        let window = WriteWindow()
        let ended = prepare(source, through: window, until: stop)
            .execute(on: backend, within: limits, freeing: window, until: stop)
        for await operations in ended {
            await conclude(operations)
            afterReplies()
        }
    }

    /// All that is done before the backend is asked, in one pull.
    private func prepare(
        _ source: AsyncStream<[Submission]>, through window: WriteWindow, until stop: Shutdown
    ) -> AsyncStream<[OperationInFlight]> {
        let accepted = AcceptedSubmissions(of: source, until: stop)
        return AsyncStream(unfolding: { [policy, recorder, capacity = backend.capacity] in
            // The limit asks for more where there is room for it, so it comes first and pulls the three before it.
            await window.limitInFlight(to: capacity) { await accepted.next()?.resolve().admit(by: policy) }?
                .recordIntents(in: recorder)
        })
    }

    /// All that is done after it has answered: the outcomes are in the record before anybody is told.
    private func conclude(_ operations: [OperationInFlight]) async {
        for reply in await operations.recordOutcomes(in: recorder) { reply.deliver() }
    }
}

/// How long things may take, and how much flows at a time.
package struct PipelineLimits: Sendable {
    /// For one operation, or for a batch that a backend carries out as one. After it the backend is told to stop.
    package var deadline: Duration = .seconds(30)
    /// For the parts of an end; its grace counts after a deadline, too.
    package var ending = ShutdownBudget.command
    /// The most submissions that a source should give at a time.
    package static let pullSize = 256
    /// The most writes that stand in the record as intended and have not ended: after a crash so many at most may or may not
    /// have happened, beside those whose outcomes were about to be recorded.
    package static let intendedWrites = 256
    /// The most writes whose intents are recorded at a time.
    static let writesInPortion = intendedWrites / 2
    /// How many operations may have been pulled and wait for writes to end, at most, and as many as a pull brings on top of that:
    /// more than a server has connections. Behind so many that wait, reads wait too.
    package static let heldOperations = 4096

    package init() {}
}
