package import OperationCatalogue
package import OperationPipeline
import YAMLEvents

/// Turns scripts into submissions, in their order, as the pipeline asks for them.
package actor BatchSource {
    private let ledger: BatchLedger
    private let caller: Caller
    private let shutdown: Shutdown
    private let overrides: JSONObject
    private let reportFault: @Sendable (PlacedFault) -> Void
    private let outputRoom: @Sendable () async -> Void
    /// What has been reported since there was room for it.
    private var reportedAhead = 0
    /// Everything that comes from one batch keeps its order.
    private let sequence = Submission.Sequence()

    private var inputs: [Input]
    private var input: Input?
    private var pump: ScriptPump?
    /// Whether the input has given nothing yet.
    private var isEmptySoFar = true
    private var items: ArraySlice<ScriptPump.Item> = []
    private var checker: ScriptChecker?
    private var script: ScriptRun?
    private var scriptNumber = 0
    private var expansion: StepExpansion?
    private var submissions: [Submission] = []
    /// How much text they hold, in bytes of UTF-8.
    private var submittedBytes = 0

    /// With this much text gathered, what there is goes on its way.
    private static let maximumBytes = 1 << 20

    /// A source of scripts, and what its check has found; where there was none, each step is checked when its turn comes.
    package struct Input: Sendable {
        package let source: ScriptSource
        package let check: ScriptCheck?
        /// What has been read of a source without a check.
        let digest: ScriptDigest?

        package init(_ source: ScriptSource, check: ScriptCheck?) {
            self.source = source
            self.check = check
            digest = check == nil ? ScriptDigest() : nil
        }
    }

    /// - Parameters:
    ///   - overrides: variables from the command line.
    ///   - reportFault: is told what is wrong with scripts that are checked while they run.
    ///   - outputRoom: returns when what has been reported so far has been taken by whoever reads it: what slows the batch
    ///     down to the speed of its reader.
    package init(
        _ inputs: [Input],
        ledger: BatchLedger,
        caller: Caller,
        overrides: JSONObject = JSONObject(),
        shutdown: Shutdown,
        reportFault: @escaping @Sendable (PlacedFault) -> Void,
        outputRoom: @escaping @Sendable () async -> Void = {}
    ) {
        self.inputs = inputs
        self.ledger = ledger
        self.caller = caller
        self.overrides = overrides
        self.shutdown = shutdown
        self.reportFault = reportFault
        self.outputRoom = outputRoom
    }

    /// The submissions, for one pipeline.
    package nonisolated var stream: AsyncStream<[Submission]> {
        let interruption = shutdown.onBegin { [ledger] in ledger.countInterruption() }
        return AsyncStream(unfolding: {
            let submissions = await self.next()
            if submissions == nil { self.shutdown.forget(interruption) }
            return submissions
        })
    }

    private func next() async -> [Submission]? {
        await waitForRoom()
        submissions.reserveCapacity(PipelineLimits.pullSize)
        while hasSpace {
            if reportedAhead >= PipelineLimits.pullSize { await waitForRoom() }
            if shutdown.hasBegun { break }
            if expansion != nil {
                guard await expand() else { break }
            } else {
                guard await take() else { break }
            }
        }
        defer {
            submissions = []
            submittedBytes = 0
        }
        return submissions.isEmpty ? nil : submissions
    }

    /// Whether more may be gathered before what there is goes on its way.
    private var hasSpace: Bool {
        submissions.count < PipelineLimits.pullSize && submittedBytes < Self.maximumBytes
    }

    private func waitForRoom() async {
        reportedAhead = 0
        await outputRoom()
    }

    // MARK: - Items

    /// Takes one item of the scripts; `false` when what has been gathered should go first, or nothing is left.
    private func take() async -> Bool {
        if items.isEmpty {
            // Nothing read ahead: what there is goes first, then there is time to wait.
            guard submissions.isEmpty else { return false }
            guard openInput(), let pump else { return false }
            if reportedAhead > 0 { await waitForRoom() }
            items = await pump.next()[...]
            if items.isEmpty { await closeInput() }
            return true
        }
        // What came before a fault goes first: its outcomes are waited for.
        if items.first?.isFault == true, !submissions.isEmpty { return false }
        isEmptySoFar = false
        switch items.removeFirst() {
        case .script(.begin(let header)): begin(header)
        case .script(.step(let step)): begin(step)
        case .script(.faulty(let faults, _)): await refuse(faults)
        case .script(.end): script = nil
        case .failure(let fault): await refuse([fault])
        }
        return true
    }

    private func openInput() -> Bool {
        if pump != nil { return true }
        guard !inputs.isEmpty else { return false }
        let next = inputs.removeFirst()
        input = next
        checker = next.check == nil ? ScriptChecker() : nil
        pump = ScriptPump(next.source, overrides: overrides, check: next.check, digest: next.digest)
        isEmptySoFar = true
        return true
    }

    private func closeInput() async {
        if isEmptySoFar { await refuse([.noScript]) }
        pump = nil
        input = nil
        script = nil
    }

    private func begin(_ header: ScriptHeader) {
        scriptNumber += 1
        ledger.countScript()
        script = ScriptRun(header, number: scriptNumber)
        checker?.begin(header)
        if checker != nil { warn(header.warnings) }
    }

    /// Reports faults that were found on the way; the rest of the script is not tried.
    private func refuse(_ faults: [ScriptFault]) async {
        await ledger.waitUntilIdle()
        var faults = faults
        if faults == [.changed] {
            // Only where nothing was done yet does it no harm to begin anew.
            if !ledger.summary.hasCarriedOut { faults = [.changedBefore] }
            ledger.countChange()
        }
        ledger.count(faults: faults.count)
        reportedAhead += faults.count
        script?.refuse()
        for fault in faults { report(fault) }
    }

    private func warn(_ warnings: [ScriptFault]) {
        for warning in warnings { report(warning, isWarning: true) }
    }

    private func report(_ fault: ScriptFault, isWarning: Bool = false) {
        reportFault(PlacedFault(file: input?.source.name ?? "-", fault: fault, isWarning: isWarning))
    }

    // MARK: - Steps

    private func begin(_ step: Step) {
        guard let script, let input else { return }
        let file = input.source.name
        if checker != nil { warn(step.warnings) }
        if !script.hasStopped, let faults = checker?.faults(of: step), !faults.isEmpty {
            items = [.script(.faulty(faults))] + items
        } else if !script.hasStopped, let request = step.literalRequest(ofScript: script.number, caller, file: file) {
            // By far the most steps: nothing to evaluate, nothing to wait for.
            submissions.append(submission(request, nil, of: step, script, elementCount: nil))
        } else {
            expansion = StepExpansion(step, of: script, file: file)
        }
    }

    /// Makes submissions of the step whose turn it is; `false` when earlier ones must go first.
    private func expand() async -> Bool {
        guard var expansion else { return true }
        if !expansion.isOpen, !expansion.script.hasStopped {
            if expansion.step.refersToSteps {
                guard submissions.isEmpty else { return false }
                await ledger.waitUntilIdle()
                if expansion.script.hasStopped || shutdown.hasBegun { return true }
            }
            if let request = expansion.open(for: caller) {
                self.expansion = nil
                submit(request, nil, of: expansion)
                return true
            }
            expansion.script.open(keptID(of: expansion.step), elementCount: expansion.elementCount)
        }
        while hasSpace, let (request, index) = expansion.next(for: caller) { submit(request, index, of: expansion) }
        self.expansion = expansion.isFinished ? nil : expansion
        return true
    }

    private func submit(_ request: OperationRequest, _ index: Int?, of expansion: StepExpansion) {
        let (step, script) = (expansion.step, expansion.script)
        // Known before its turn: what comes behind it need not be evaluated.
        if case .faulty = request.verdict { script.fail() }
        submissions.append(submission(request, index, of: step, script, elementCount: expansion.elementCount))
    }

    private func submission(
        _ request: OperationRequest,
        _ index: Int?,
        of step: Step,
        _ script: ScriptRun,
        elementCount: Int?
    ) -> Submission {
        let slot = ledger.open()
        submittedBytes += ValueSize.bytes(of: request.arguments)
        // Its payload may be of any size, so that nothing is gathered on top of it.
        if request.verdict == nil, Catalogue.standard.definition(of: request.operation)?.hasLargeResult == true {
            submittedBytes = Self.maximumBytes
        }
        let (ledger, keptID) = (ledger, keptID(of: step))
        return Submission(request, sequence: sequence, scope: script.scope) { conclusion in
            let outcome = StepOutcome(of: request, index: index, at: step.place(of: conclusion), conclusion)
            script.record(outcome, of: keptID, elementCount: elementCount)
            ledger.close(slot, with: outcome)
        }
    }

    /// The step's id, if a later step may want its result.
    private func keptID(of step: Step) -> String? {
        guard let id = step.id, let input else { return nil }
        return input.check?.referredIDs.contains(id) == false ? nil : id
    }
}
