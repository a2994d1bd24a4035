import BatchFrontend
import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing
import YAMLEvents

/// Runs scripts through a real pipeline.
struct BatchRunner {
    var backend = AnsweringBackend()
    var recorder: any OperationRecorder = ForgetfulRecorder()
    var overrides = JSONObject()
    let shutdown = Shutdown()
    let report = BatchReport()

    /// Checks a script as a file and runs it if nothing is wrong with it.
    func run(_ script: String) async throws -> BatchReport {
        try await run(files: [script])
    }

    func run(files scripts: [String]) async throws -> BatchReport {
        let folder = try TemporaryFolder()
        var inputs: [BatchSource.Input] = []
        for (index, script) in scripts.enumerated() {
            let source = ScriptSource.file(try folder.file("script\(index).yaml", text: script))
            let check = source.check(overrides: overrides)
            try #require(check.faultCount == 0, "\(check.lines)")
            inputs.append(BatchSource.Input(source, check: check))
        }
        try await run(inputs)
        return report
    }

    /// Runs a script as what comes through a pipe is run: each step is checked when its turn comes.
    func runUnchecked(_ script: String) async throws -> BatchReport {
        let folder = try TemporaryFolder()
        try await run([BatchSource.Input(.file(try folder.file(text: script)), check: nil)])
        return report
    }

    func run(_ inputs: [BatchSource.Input], seconds: Int = 60) async throws {
        let report = report
        let ledger = BatchLedger { report.add($0) }
        let caller = Caller(door: .batch, user: "test")
        let records = RunRecords(of: inputs, ledger: ledger, caller: caller, overrides: overrides, in: recorder)
        let source = BatchSource(
            inputs,
            ledger: ledger,
            caller: caller,
            overrides: overrides,
            shutdown: shutdown,
            reportFault: { report.add($0) }
        )
        let pipeline = Pipeline(recorder: recorder, backend: backend)
        let ended = await endsWithin(seconds: seconds) {
            _ = await records.begin()
            await pipeline.run(source.stream, until: shutdown)
            await ledger.waitUntilIdle()
            _ = await records.end()
        }
        if !ended {
            backend.release()
            shutdown.begin()
        }
        try #require(ended, "the batch did not end within \(seconds) seconds; reported so far: \(report.lines)")
        report.end(ledger.summary)
    }
}

/// What a run has reported.
final class BatchReport: Sendable {
    private let state = Mutex(State())

    private struct State {
        var outcomes: [StepOutcome] = []
        var faults: [PlacedFault] = []
        /// Outcomes and faults in the order they came.
        var lines: [String] = []
        var summary = BatchSummary()
    }

    var outcomes: [StepOutcome] { state.withLock { $0.outcomes } }
    var faults: [PlacedFault] { state.withLock { $0.faults } }
    var lines: [String] { state.withLock { $0.lines } }
    var summary: BatchSummary { state.withLock { $0.summary } }
    /// `step status`, or `step.index status`.
    var endings: [String] {
        outcomes.map { "\($0.step)\($0.index.map { ".\($0)" } ?? "") \($0.status.rawValue)" }
    }

    func add(_ outcome: StepOutcome) {
        state.withLock { state in
            state.outcomes.append(outcome)
            let index = outcome.index.map { ".\($0)" } ?? ""
            state.lines.append("\(outcome.step)\(index) \(outcome.status.rawValue)")
        }
    }

    func add(_ fault: PlacedFault) {
        state.withLock { state in
            state.faults.append(fault)
            state.lines.append("\(fault.fault.mark.line):\(fault.fault.mark.column) \(fault.fault.message)")
        }
    }

    func end(_ summary: BatchSummary) { state.withLock { $0.summary = summary } }

    /// Waits until there are so many outcomes and faults; `false` when there are not after a while.
    func waitFor(lines count: Int) async -> Bool {
        await comesTrue { self.lines.count >= count }
    }
}

/// Waits until something is so; `false` when it is not after a while.
func comesTrue(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<5000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return false
}

/// Whether `body` ends in time; if it does not, it is left behind.
func endsWithin(seconds: Int, _ body: @escaping @Sendable () async -> Void) async -> Bool {
    await withCheckedContinuation { continuation in
        let waiting = Mutex<CheckedContinuation<Bool, Never>?>(continuation)
        let race = Race(waiting)
        let timer = Task {
            guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
            race.end(false)
        }
        Task {
            await body()
            race.end(true)
            timer.cancel()
        }
    }
}

private final class Race: Sendable {
    private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

    init(_ continuation: consuming Mutex<CheckedContinuation<Bool, Never>?>) {
        self.continuation = continuation
    }

    func end(_ value: Bool) {
        continuation.withLock { $0.take() }?.resume(returning: value)
    }
}
