import BatchFrontend
import OperationCatalogue
import YAMLEvents

/// Outcomes of a batch for people.
enum BatchText {
    /// One line for a step: how it ended, what it was, what it was about.
    static func line(_ outcome: StepOutcome) -> String {
        let status = colored(padded(outcome.status.rawValue, to: 7), outcome.status)
        let subject =
            outcome.result.flatMap { self.subject(of: $0) } ?? (outcome.error?.message ?? "").escapedForTerminal
        let step = "\(outcome.step)\(outcome.index.map { "[\($0)]" } ?? "")"
        return "\(padded(step, to: 5)) \(status) \(padded(outcome.operation.escapedForTerminal, to: 16)) \(subject)\n"
    }

    /// A failure, in the form that editors and terminals can jump to.
    static func failure(_ outcome: StepOutcome) -> String {
        let message = outcome.error?.report(of: outcome.operation) ?? outcome.operation
        let doubt = outcome.status == .unknown ? "; whether it happened is not known" : ""
        let mark = YAMLMark(line: outcome.place.line, column: outcome.place.column)
        return FaultReport.text(PlacedFault(file: outcome.place.file, fault: ScriptFault(mark, message + doubt)))
    }

    static func summary(_ summary: BatchSummary) -> String {
        var parts = [
            (summary.ok, "ok"), (summary.failed, "failed"), (summary.unknown, "unknown"), (summary.skipped, "skipped"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if summary.faults > 0 { parts.append(summary.faults.counted("fault")) }
        if summary.wasInterrupted { parts.append("interrupted") }
        let steps = summary.steps.counted("step")
        return "\(steps)\(parts.isEmpty ? "" : ": \(parts.joined(separator: ", "))")\n"
    }

    /// What a payload is about: the title of its task, or how many it holds.
    private static func subject(of result: JSONText) -> String? {
        // Long payloads are lists; a person wants their number, and a look at the whole costs too much here.
        guard result.bytes.count <= 1 << 20, let value = try? result.value() else { return nil }
        switch value {
        case .array(let elements): return elements.count.counted("entry").replacingSuffix("entrys", with: "entries")
        case .object:
            let task = value["parent"] ?? value["next_task"] ?? value
            return (task["title"] ?? task["username"] ?? task["id"])?.stringValue.map { singleLine($0) }
        default: return nil
        }
    }

    private static func singleLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(60).map { $0.isShownOnTerminal ? $0 : " " }))
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func colored(_ text: String, _ status: StepStatus) -> String {
        guard StandardStream.output.isTerminal, Session.environment("NO_COLOR") == nil else { return text }
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

extension String {
    fileprivate func replacingSuffix(_ suffix: String, with replacement: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) + replacement : self
    }
}
