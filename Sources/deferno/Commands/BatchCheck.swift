import ArgumentParser
import BatchFrontend
import OperationCatalogue
import OperationPipeline

/// Checks every file before any is carried out.
enum BatchCheck {
    struct Checked {
        var inputs: [BatchSource.Input] = []
        /// How many steps the files have; `nil` when something comes through a pipe.
        var totalSteps: Int? = 0
    }

    /// - Throws: the exit status when anything is wrong, after it has been shown on standard error.
    static func check(_ sources: [ScriptSource], overrides: JSONObject, shutdown: Shutdown) throws -> Checked {
        var checked = Checked()
        var faultCount = 0
        var hasUnreadableEnvironment = false
        var variableNames: Set<String> = []
        for source in sources {
            guard source.isReadTwice else {
                checked.inputs.append(BatchSource.Input(source, check: nil))
                checked.totalSteps = nil
                continue
            }
            let check = source.check(overrides: overrides) { shutdown.hasBegun }
            // Half a check says nothing; the run ends before it begins.
            if shutdown.hasBegun { return checked }
            faultCount += check.faultCount
            show(check, of: source)
            checked.inputs.append(BatchSource.Input(source, check: check))
            checked.totalSteps = checked.totalSteps.map { $0 + check.stepCount }
            variableNames.formUnion(check.variableNames)
            if !check.unreadableEnvironment.isEmpty { hasUnreadableEnvironment = true }
        }
        if faultCount > 0 {
            StandardStream.error.writeNow("deferno: nothing was carried out: \(faultCount.counted("fault"))\n")
            throw (hasUnreadableEnvironment ? ExitStatus.usage : .badData).exitCode
        }
        if checked.totalSteps != nil, let unknown = overrides.members.first(where: { !variableNames.contains($0.key) })
        {
            let hint = nearest(to: unknown.key, among: variableNames.sorted()).map { "; did you mean \($0)?" } ?? ""
            StandardStream.error.writeNow("deferno: error: --var \(unknown.key): no script has this variable\(hint)\n")
            throw ExitStatus.usage.exitCode
        }
        return checked
    }

    private static func show(_ check: ScriptCheck, of source: ScriptSource) {
        for fault in check.faults.sorted(by: { $0.mark < $1.mark }) {
            StandardStream.error.append(FaultReport.text(PlacedFault(file: source.name, fault: fault)))
        }
        if check.faultCount > check.faults.count {
            let more = check.faultCount - check.faults.count
            StandardStream.error.append("\(source.name): and \(more.counted("more fault"))\n")
        }
        for warning in check.warnings.sorted(by: { $0.mark < $1.mark }) {
            let placed = PlacedFault(file: source.name, fault: warning, isWarning: true)
            StandardStream.error.append(FaultReport.text(placed))
        }
        StandardStream.error.writeNow("")
    }
}
