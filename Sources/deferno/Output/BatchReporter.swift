import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Synchronization
import YAMLEvents

/// Shows what comes of a batch: outcomes on standard output, failures and progress on standard error.
final class BatchReporter: Sendable {
    enum Form {
        case ndjson, text, quiet
    }

    /// How many failures are shown on standard error; the rest are only counted.
    static let maximumFailures = 100

    private let form: Form
    private let list = BatchText()
    private let totalSteps: Int?
    private let progress: BatchProgress?
    private let shutdown: Shutdown
    private let state = Mutex(State())

    private struct State {
        var writer = JSONWriter(reservingCapacity: 1 << 16)
        var failures = 0
        var faults = 0
        var warnings = 0
        var limits = 0
        var reported = 0
        /// What is to be shown on standard error: put into words when it is written, since that reads the script's lines.
        var troubles: [Trouble] = []
        private var saysThatLogFailed = false

        /// That there may be more than a result has. Whoever reads outcomes as data finds it there.
        mutating func noteLimit(_ outcome: StepOutcome) {
            guard let limit = outcome.outcome.limitReached else { return }
            limits += 1
            if limits <= BatchReporter.maximumFailures { troubles.append(.limit(outcome, limit)) }
        }

        /// The first is enough: the rest has the same reason.
        mutating func noteMissingRecord(_ error: OperationError, of what: String) {
            if !saysThatLogFailed { troubles.append(.log(what, error)) }
            saysThatLogFailed = true
        }
    }

    private enum Trouble {
        case failure(StepOutcome)
        case fault(PlacedFault)
        /// A result has as many elements as it can have.
        case limit(StepOutcome, Int)
        /// What the log lacks, and why.
        case log(String, OperationError)
    }

    init(form: Form, totalSteps: Int?, shutdown: Shutdown) {
        self.form = form
        self.totalSteps = totalSteps
        self.shutdown = shutdown
        // On a terminal that shows the outcomes anyway, progress would only get in their way.
        let isWanted = form != .quiet && StandardStream.error.isTerminal && !StandardStream.output.isTerminal
        progress = isWanted ? BatchProgress(total: totalSteps) : nil
    }

    /// The exit status that a failed output asks for.
    var outputStatus: ExitStatus? { StandardStream.output.failureStatus }

    func report(_ outcome: StepOutcome) {
        state.withLock { state in
            state.reported += 1
            switch form {
            case .ndjson: outcome.write(to: &state.writer)
            case .text:
                StandardStream.output.append(list.line(outcome))
                state.noteLimit(outcome)
            case .quiet: break
            }
            if outcome.status == .failed || outcome.status == .unknown {
                state.failures += 1
                if state.failures <= Self.maximumFailures { state.troubles.append(.failure(outcome)) }
            }
            // What was done without a record says so itself.
            if let error = outcome.recordingError, !outcome.isDoneWithoutRecord {
                state.noteMissingRecord(error, of: "an outcome")
            }
        }
    }

    /// The log lacks the beginning or the end of the run.
    func reportMissingRecord(_ error: OperationError) {
        state.withLock { $0.noteMissingRecord(error, of: "a record of this run") }
    }

    func report(_ fault: PlacedFault) {
        state.withLock { state in
            if fault.isWarning { state.warnings += 1 } else { state.faults += 1 }
            let count = fault.isWarning ? state.warnings : state.faults
            if count <= Self.maximumFailures { state.troubles.append(.fault(fault)) }
        }
    }

    /// Begins to write what has been reported.
    func beginWriting() {
        gather()
        StandardStream.output.beginWriting()
        StandardStream.error.beginWriting()
    }

    /// Writes what has been reported, and returns when it has been taken.
    func flush() async {
        gather()
        await StandardStream.output.flush()
        await StandardStream.error.flush()
        if StandardStream.output.isBroken { shutdown.begin() }
    }

    private func gather() {
        let (reported, troubles) = state.withLock { state in
            StandardStream.output.append(state.writer.bytes)
            state.writer.removeAll(keepingCapacity: true)
            defer { state.troubles = [] }
            return (state.reported, state.troubles)
        }
        if !troubles.isEmpty {
            progress?.clear()
            for trouble in troubles { StandardStream.error.append(Self.text(trouble)) }
        }
        progress?.show(reported)
    }

    private static func text(_ trouble: Trouble) -> String {
        switch trouble {
        case .failure(let outcome): BatchText.failure(outcome)
        case .fault(let fault): FaultReport.text(fault)
        case .limit(let outcome, let limit): BatchText.notice(outcome, OperationDefinition.limitNotice(limit))
        case .log(let what, let error):
            "deferno: error: \(what) is not in the log: \(error.message.escapedForTerminal)\n"
        }
    }

    /// - Parameter run: shown beside the summary, so that the run can be found in the log; in a list on a line of its own,
    ///   since both together are wider than most terminals.
    func finish(_ summary: BatchSummary, of run: UniqueIdentifier) async {
        await flush()
        progress?.clear()
        let hidden = state.withLock { state in
            max(0, state.failures - Self.maximumFailures) + max(0, state.faults - Self.maximumFailures)
        }
        if hidden > 0 { StandardStream.error.writeNow("deferno: and \(hidden.counted("more failure or fault"))\n") }
        let text = BatchText.summary(summary, of: totalSteps)
        if form == .text { StandardStream.output.writeNow("\(text)\nrun \(run)\n") }
        // Whoever reads no more wants to know no more.
        guard !StandardStream.output.isBroken else { return }
        // Whoever sees no outcomes has no other way to learn which run it was that did not end well, nor whoever sees only
        // outcomes how far a run came that stopped.
        let isMissed = form == .quiet ? !summary.isGood : form != .text && !summary.isWhole(of: totalSteps)
        if progress != nil || isMissed { StandardStream.error.writeNow("deferno: \(text); run \(run)\n") }
    }
}

/// Shows on a terminal how far a batch is, a few times a second.
final class BatchProgress: Sendable {
    private static let interval: UInt64 = 200_000_000
    private let total: Int?
    private let last = Atomic<UInt64>(0)

    init(total: Int?) {
        self.total = total
    }

    func show(_ count: Int) {
        let now = MonotonicClock.now
        guard now - last.load(ordering: .relaxed) >= Self.interval else { return }
        last.store(now, ordering: .relaxed)
        let ofTotal = total.map { " of \($0)" } ?? ""
        StandardStream.error.append("\r\u{1B}[K\(count)\(ofTotal) steps")
    }

    func clear() {
        if last.load(ordering: .relaxed) > 0 { StandardStream.error.append("\r\u{1B}[K") }
    }
}
