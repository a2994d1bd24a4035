import BatchFrontend
import Glibc
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
    private let progress: BatchProgress?
    private let shutdown: Shutdown
    private let state = Mutex(State())

    private struct State {
        var writer = JSONWriter(reservingCapacity: 1 << 16)
        var failures = 0
        var reported = 0
    }

    init(form: Form, totalSteps: Int?, shutdown: Shutdown) {
        self.form = form
        self.shutdown = shutdown
        // On a terminal that shows the outcomes anyway, progress would only get in their way.
        let isWanted = form != .quiet && StandardStream.error.isTerminal && !StandardStream.output.isTerminal
        progress = isWanted ? BatchProgress(total: totalSteps) : nil
    }

    var outputIsBroken: Bool { StandardStream.output.isBroken }

    func report(_ outcome: StepOutcome) {
        state.withLock { state in
            state.reported += 1
            switch form {
            case .ndjson: outcome.write(to: &state.writer)
            case .text: StandardStream.output.append(BatchText.line(outcome))
            case .quiet: break
            }
            if outcome.status == .failed || outcome.status == .unknown {
                state.failures += 1
                if state.failures <= Self.maximumFailures { StandardStream.error.append(BatchText.failure(outcome)) }
            }
        }
    }

    func report(_ fault: PlacedFault) {
        StandardStream.error.append(FaultReport.text(fault))
    }

    /// Writes what has been reported, and slows the batch down to the speed of whoever reads it.
    func flush() async {
        let reported = state.withLock { state in
            StandardStream.output.append(state.writer.bytes)
            state.writer.removeAll(keepingCapacity: true)
            return state.reported
        }
        await StandardStream.output.flush()
        await StandardStream.error.flush()
        progress?.show(reported)
        if StandardStream.output.isBroken { shutdown.begin() }
    }

    func finish(_ summary: BatchSummary) async {
        await flush()
        progress?.clear()
        let hidden = state.withLock { $0.failures } - Self.maximumFailures
        if hidden > 0 { StandardStream.error.writeNow("deferno: and \(hidden.counted("more failure"))\n") }
        if form == .text { StandardStream.output.writeNow(BatchText.summary(summary)) }
        if progress != nil { StandardStream.error.writeNow("deferno: \(BatchText.summary(summary))") }
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
        let now = clock_gettime_nsec()
        guard now - last.load(ordering: .relaxed) >= Self.interval else { return }
        last.store(now, ordering: .relaxed)
        let ofTotal = total.map { " of \($0)" } ?? ""
        StandardStream.error.writeNow("\r\u{1B}[K\(count)\(ofTotal) steps")
    }

    func clear() {
        if last.load(ordering: .relaxed) > 0 { StandardStream.error.writeNow("\r\u{1B}[K") }
    }

    private func clock_gettime_nsec() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
