import BatchFrontend
import OperationCatalogue
import YAMLEvents

/// Outcomes of a batch for people.
enum BatchText {
    /// One line for a step: how it ended, what it was, what it was about.
    static func line(_ outcome: StepOutcome) -> String {
        let status = colored(outcome.status.rawValue.padded(to: 7), outcome.status)
        let subject =
            outcome.result.flatMap { self.subject(of: $0) }
            ?? (outcome.error?.message ?? (outcome.status == .skipped ? "when is false" : "")).escapedForTerminal
        let step = "\(outcome.step)\(outcome.index.map { "[\($0)]" } ?? "")"
        return "\(step.padded(to: 5)) \(status) \(outcome.operation.escapedForTerminal.padded(to: 16)) \(subject)\n"
    }

    /// A failure, in the form that editors and terminals can jump to.
    static func failure(_ outcome: StepOutcome) -> String {
        let message = outcome.error?.report(of: outcome.operation) ?? outcome.operation
        let doubt = outcome.status == .unknown ? "; whether it happened is not known" : ""
        let mark = YAMLMark(line: outcome.place.line, column: outcome.place.column)
        return FaultReport.text(PlacedFault(file: outcome.place.file, fault: ScriptFault(mark, message + doubt)))
    }

    static func summary(_ summary: BatchSummary, of run: UniqueIdentifier) -> String {
        var parts = [
            (summary.ok, "ok"), (summary.failed, "failed"), (summary.unknown, "unknown"), (summary.skipped, "skipped"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if summary.faults > 0 { parts.append(summary.faults.counted("fault")) }
        if summary.wasInterrupted { parts.append("interrupted") }
        let steps = summary.steps.counted("step")
        return "\(steps)\(parts.isEmpty ? "" : ": \(parts.joined(separator: ", "))"); run \(run)\n"
    }

    /// What a payload is about: the title of its task, or how many it holds.
    private static func subject(of result: JSONText) -> String? {
        // Long payloads are lists; a person wants their number, and a look at the whole costs too much here.
        guard result.bytes.count <= 1 << 20, let value = try? result.value() else { return nil }
        switch value {
        case .array(let elements): return "\(elements.count) \(elements.count == 1 ? "entry" : "entries")"
        case .object:
            let task = value["parent"] ?? value["next_task"] ?? value
            return (task["title"] ?? task["username"] ?? task["id"])?.stringValue.map { singleLine($0) }
        default: return nil
        }
    }

    private static func singleLine(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let line = String(String.UnicodeScalarView(scalars.prefix(60).map { $0.isShownOnTerminal ? $0 : " " }))
        return scalars.count > 60 ? line + "…" : line
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
