import BatchFrontend
import Glibc
import OperationCatalogue
import YAMLEvents

/// Outcomes of a batch for people.
struct BatchText {
    /// The columns that a line may take; `nil` where it does not matter.
    private let columns = TerminalSize.columns(of: STDOUT_FILENO)

    /// One line for a step: how it ended, what it was, what it was about.
    func line(_ outcome: StepOutcome) -> String {
        let status = outcome.status.rawValue.padded(to: 7)
        let subject =
            outcome.result.flatMap { Self.subject(of: $0) }
            ?? (outcome.error?.message ?? (outcome.status == .skipped ? "when is false" : "")).escapedForTerminal
        let step = "\(outcome.step)\(outcome.index.map { "[\($0)]" } ?? "")".padded(to: 5)
        let operation = outcome.operation.escapedForTerminal.padded(to: 16)
        let used = step.terminalWidth + status.terminalWidth + operation.terminalWidth + 3
        let shown = columns.map { subject.cut(toColumns: max(1, $0 - used)) } ?? subject
        return "\(step) \(Self.colored(status, outcome.status)) \(operation) \(shown)\n"
    }

    /// A failure, in the form that editors and terminals can jump to.
    static func failure(_ outcome: StepOutcome) -> String {
        let message = outcome.error?.report(of: outcome.operation) ?? outcome.operation
        let isInDoubt = outcome.status == .unknown && !outcome.isDoneWithoutRecord
        let doubt = isInDoubt ? "; whether it happened is not known" : ""
        let mark = YAMLMark(line: outcome.place.line, column: outcome.place.column)
        return FaultReport.text(PlacedFault(file: outcome.place.file, fault: ScriptFault(mark, message + doubt)))
    }

    /// What is to be said of a step that has ended well, as a warning with its place.
    static func notice(_ outcome: StepOutcome, _ sentence: String) -> String {
        let mark = YAMLMark(line: outcome.place.line, column: outcome.place.column)
        let fault = ScriptFault(mark, "\(outcome.operation): \(sentence)")
        return FaultReport.text(PlacedFault(file: outcome.place.file, fault: fault, isWarning: true))
    }

    /// How many steps there were and how they ended; of a batch that stopped before its end, how far it came.
    ///
    /// - Parameter total: how many steps its files have; `nil` where that is not known.
    static func summary(_ summary: BatchSummary, of total: Int?) -> String {
        var parts = [
            (summary.ok, "ok"), (summary.failed, "failed"), (summary.unknown, "unknown"), (summary.skipped, "skipped"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if summary.faults > 0 { parts.append(summary.faults.counted("fault")) }
        if summary.wasInterrupted { parts.append("interrupted") }
        let steps = summary.cameToEnd(of: total) ? summary.steps.counted("step") : summary.extent(of: total)
        return "\(steps)\(parts.isEmpty ? "" : ": \(parts.joined(separator: ", "))")"
    }

    /// What a payload is about: the title of its task, or how many it holds.
    private static func subject(of result: JSONText) -> String? {
        // Long payloads are lists; a person wants their number, and a look at the whole costs too much here.
        guard result.bytes.count <= 1 << 20, let value = try? result.value() else { return nil }
        switch value {
        case .array(let elements): return "\(elements.count) \(elements.count == 1 ? "entry" : "entries")"
        case .object:
            return Subject.text(ofPayload: value)?.onOneLine.cut(toColumns: 60)
        default: return nil
        }
    }

    private static func colored(_ text: String, _ status: StepStatus) -> String {
        guard StandardStream.output.isTerminal, EnvironmentVariables.process["NO_COLOR"] == nil else { return text }
        let color =
            switch status {
            case .ok: 32
            case .failed: 31
            case .unknown: 35
            case .skipped: 33
            }
        return "\u{1B}[\(color)m\(text)\u{1B}[0m"
    }
}

extension BatchSummary {
    /// Whether everything was tried that there was.
    func isWhole(of total: Int?) -> Bool { faults == 0 && cameToEnd(of: total) }

    /// Whether nothing was left out, faulty steps and documents aside.
    fileprivate func cameToEnd(of total: Int?) -> Bool {
        !hasChangedFile && !wasInterrupted && !hasStopped && (total ?? 0) <= steps
    }

    /// `stopped after 3 of 12 steps`, where so many were begun.
    fileprivate func extent(of total: Int?) -> String {
        // A step with for_each has many outcomes.
        guard let total else { return "stopped after \(begun.counted("step"))" }
        return "stopped after \(begun) of \(max(total, steps).counted("step"))"
    }
}
