package import OperationCatalogue
package import OperationPipeline
import YAMLEvents

/// Turns scripts into submissions, in their order, as the pipeline asks for them.
package actor BatchSource {
    private let ledger: BatchLedger
    private let caller: Caller
    private let shutdown: Shutdown
    private let catalogue: Catalogue
    private let overrides: JSONObject
    private let reportFault: @Sendable (PlacedFault) -> Void
    /// Everything that comes from one batch keeps its order.
    private let sequence = Submission.Sequence()

    private var inputs: [Input]
    private var input: Input?
    private var pump: ScriptPump?
    private var items: ArraySlice<ScriptPump.Item> = []
    private var checker: ScriptChecker?
    private var script: ScriptRun?
    private var scriptNumber = 0
    private var expansion: StepExpansion?
    private var submissions: [Submission] = []

    /// A source of scripts, and the ids whose results to keep; where they are not known, since it was not checked before,
    /// each step is checked when its turn comes.
    package struct Input: Sendable {
        package let source: ScriptSource
        package let referredIDs: Set<String>?

        package init(_ source: ScriptSource, referredIDs: Set<String>?) {
            self.source = source
            self.referredIDs = referredIDs
        }
    }

    /// - Parameters:
    ///   - overrides: variables from the command line.
    ///   - reportFault: is told what is wrong with scripts that are checked while they run.
    package init(
        _ inputs: [Input],
        ledger: BatchLedger,
        caller: Caller,
        catalogue: Catalogue = .standard,
        overrides: JSONObject = JSONObject(),
        shutdown: Shutdown,
        reportFault: @escaping @Sendable (PlacedFault) -> Void
    ) {
        self.inputs = inputs
        self.ledger = ledger
        self.caller = caller
        self.catalogue = catalogue
        self.overrides = overrides
        self.shutdown = shutdown
        self.reportFault = reportFault
    }

    /// The submissions, for one pipeline.
    package nonisolated var stream: AsyncStream<[Submission]> {
        AsyncStream(unfolding: { await self.next() })
    }

    private func next() async -> [Submission]? {
        submissions.reserveCapacity(PipelineLimits.pullSize)
        while submissions.count < PipelineLimits.pullSize {
            if shutdown.hasBegun {
                ledger.countInterruption()
                break
            }
            if expansion != nil {
                guard await expand() else { break }
            } else {
                guard await take() else { break }
            }
        }
        defer { submissions = [] }
        return submissions.isEmpty ? nil : submissions
    }

    // MARK: - Items

    /// Takes one item of the scripts; `false` when what has been gathered should go first, or nothing is left.
    private func take() async -> Bool {
        if items.isEmpty {
            // Nothing read ahead: what there is goes first, then there is time to wait.
            guard submissions.isEmpty else { return false }
            guard await openInput(), let pump else { return false }
            items = await pump.next()[...]
            if items.isEmpty { closeInput() }
            return true
        }
        switch items.removeFirst() {
        case .script(.begin(let header)): begin(header)
        case .script(.step(let step)): begin(step)
        case .script(.faulty(let faults)): await refuse(faults)
        case .script(.end): script = nil
        case .failure(let fault): await refuse([fault])
        }
        return true
    }

    private func openInput() async -> Bool {
        if pump != nil { return true }
        guard !inputs.isEmpty else { return false }
        let next = inputs.removeFirst()
        input = next
        checker = next.referredIDs == nil ? ScriptChecker(catalogue: catalogue) : nil
        pump = ScriptPump(next.source, overrides: overrides, isChecked: checker != nil)
        return true
    }

    private func closeInput() {
        pump = nil
        input = nil
        script = nil
    }

    private func begin(_ header: ScriptHeader) {
        scriptNumber += 1
        ledger.countScript()
        script = ScriptRun(header, number: scriptNumber)
        checker?.begin(header)
    }

    /// Reports faults that were found on the way; the rest of the script is not tried.
    private func refuse(_ faults: [ScriptFault]) async {
        await ledger.waitUntilIdle()
        ledger.count(faults: faults.count)
        script?.fail()
        for fault in faults { reportFault(PlacedFault(file: input?.source.name ?? "-", fault: fault)) }
    }

    // MARK: - Steps

    private func begin(_ step: Step) {
        guard let script, let input else { return }
        let file = input.source.name
        if checker == nil, !script.hasStopped,
            let request = step.literalRequest(ofScript: script.number, caller, file: file)
        {
            // By far the most steps: nothing to evaluate, nothing to wait for.
            submissions.append(submission(request, nil, of: step, script, elementCount: nil))
        } else {
            expansion = StepExpansion(step, of: script, file: file)
        }
    }

    /// Makes submissions of the step whose turn it is; `false` when earlier ones must go first.
    private func expand() async -> Bool {
        guard var expansion else { return true }
        if expansion.script.hasStopped {
            ledger.add(expansion.skipped(because: .notRun))
            self.expansion = nil
            return true
        }
        if !expansion.isOpen {
            if let faults = checker?.faults(of: expansion.step), !faults.isEmpty {
                self.expansion = nil
                guard submissions.isEmpty else { return await deferFaults(faults) }
                await refuse(faults)
                return true
            }
            if expansion.step.refersToSteps {
                guard submissions.isEmpty else { return false }
                await ledger.waitUntilIdle()
                if expansion.script.hasStopped { return true }
            }
            if let outcome = expansion.open() {
                finish(expansion, with: outcome)
                return true
            }
        }
        submit(&expansion)
        self.expansion = expansion.isFinished ? nil : expansion
        return true
    }

    /// Puts faults back in front, so that what came before them goes first.
    private func deferFaults(_ faults: [ScriptFault]) async -> Bool {
        items = [.script(.faulty(faults))] + items
        return false
    }

    private func submit(_ expansion: inout StepExpansion) {
        while submissions.count < PipelineLimits.pullSize, let request = expansion.next(for: caller) {
            switch request {
            case .outcome(let outcome): finish(expansion, with: outcome)
            case .request(let request, let index):
                let (step, script) = (expansion.step, expansion.script)
                submissions.append(submission(request, index, of: step, script, elementCount: expansion.elementCount))
            }
        }
    }

    private func finish(_ expansion: StepExpansion, with outcome: StepOutcome) {
        expansion.script.record(outcome, of: keptID(of: expansion.step), elementCount: expansion.elementCount)
        ledger.add(outcome)
    }

    private func submission(
        _ request: OperationRequest,
        _ index: Int?,
        of step: Step,
        _ script: ScriptRun,
        elementCount: Int?
    ) -> Submission {
        let slot = ledger.open()
        let (ledger, keptID) = (ledger, keptID(of: step))
        return Submission(request, sequence: sequence, scope: script.scope) { conclusion in
            let outcome = StepOutcome(of: request, index: index, conclusion)
            script.record(outcome, of: keptID, elementCount: elementCount)
            ledger.close(slot, with: outcome)
        }
    }

    /// The step's id, if a later step may want its result.
    private func keptID(of step: Step) -> String? {
        guard let id = step.id, let input else { return nil }
        return input.referredIDs?.contains(id) == false ? nil : id
    }
}
