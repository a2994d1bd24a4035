import OperationCatalogue
import OperationLog

/// What verifying a log has brought to light, for people and for programs.
struct VerificationReport {
    private let verification: LogVerification
    private let isHeldAgainstKeys: Bool

    /// - Parameter isHeldAgainstKeys: whether keys were given to verify with.
    init(_ verification: LogVerification, isHeldAgainstKeys: Bool) {
        self.verification = verification
        self.isHeldAgainstKeys = isHeldAgainstKeys
    }

    private var summary: LogVerification.Summary { verification.summary }

    private var isWholeList: Bool { verification.findings.count == summary.counts.values.reduce(0, +) }
}

// MARK: - For people

extension VerificationReport {
    /// A line for each finding, the verdict, and what cannot be proven, in short in the verdict's line and in whole below it.
    var text: String {
        var text = verification.findings.map { finding in
            "\(finding.file.escapedForTerminal):\(Self.lines(finding)) \(finding.kind.rawValue): \(finding.message)\n"
        }.joined()
        if !isWholeList { text += "(and more: only the first \(verification.findings.count) are shown)\n" }
        text += "\(verdict)\n"
        if !notes.isEmpty { text += "What else there is to know:\n" + notes.map { "  - \($0)\n" }.joined() }
        if !unproven.isEmpty { text += "What this cannot prove:\n" + unproven.map { "  - \($0)\n" }.joined() }
        return text
    }

    private static func lines(_ finding: LogFinding) -> String {
        // What is not there has no line.
        if finding.kind == .missing { return "" }
        let (first, last) = (finding.lines.lowerBound, finding.lines.upperBound)
        return first == last ? "\(first):" : "\(first)-\(last):"
    }

    private var verdict: String {
        let extent =
            "\(summary.records.counted("record")) of \(summary.writers.counted("writer")) "
            + "in \(summary.segments.counted("file"))"
        guard !verification.isIntact else {
            let open = doubts.map { brief($0) }.joined(separator: ", ")
            return "intact: \(extent)" + (open.isEmpty ? "; nothing is left open" : "; not proven: \(open)")
        }
        let kinds = LogFinding.Kind.allCases.filter(\.isFault).compactMap { kind in
            summary.counts[kind].map { "\($0) \(kind.rawValue)" }
        }
        return "NOT INTACT: \(kinds.joined(separator: ", ")), in \(extent)"
    }

    private var notes: [String] {
        var notes: [String] = []
        if !summary.removals.isEmpty {
            notes.append(
                "\(summary.removals.count.counted("file")) removed as the settings said and the log records: "
                    + summary.removals.suffix(5).joined(separator: ", ").escapedForTerminal)
        }
        if summary.signedCheckpoints > 0 {
            let whose = isHeldAgainstKeys ? "the key given" : "the key that its writer names"
            notes.append("\(summary.signedCheckpoints.counted("checkpoint")) with a good signature of \(whose)")
        }
        return notes
    }

    private var doubts: [LogVerification.Doubt] { verification.doubts(isHeldAgainstKeys: isHeldAgainstKeys) }

    /// What nobody can tell from this log.
    private var unproven: [String] { doubts.map { sentence($0) } }

    private func brief(_ doubt: LogVerification.Doubt) -> String {
        switch doubt {
        case .unsigned: "unsigned"
        case .unknownKey: "signed with keys that only the log names"
        case .unsignedEnd: "\(Int(summary.unsignedRecords).counted("record")) not signed yet"
        case .openEnd: "the newest end is open"
        case .openWriters: "\(summary.openWriters.counted("writer")) without a final checkpoint"
        case .missingFiles: "earlier files are not here"
        case .unbound: "\((summary.unboundWriters + summary.unboundSegments).counted("header")) bound to nothing"
        case .versionTwo: "\(summary.versionTwoRecords.counted("record")) of version 2"
        case .versionOne: "\(summary.versionOneRecords.counted("record")) of version 1"
        case .forgottenWriters: "\(summary.forgottenWriters.counted("writer")) silent for long"
        }
    }

    private func sentence(_ doubt: LogVerification.Doubt) -> String {
        switch doubt {
        case .unsigned: "that nobody has written it anew, all hashes included: it is not signed"
        case .unknownKey:
            "that nobody has written it anew, signatures and keys included: verify with --key, "
                + "and a key that you know from elsewhere"
        case .unsignedEnd: "\(Int(summary.unsignedRecords).counted("record")) after the last signature of their writers"
        case .openEnd where summary.isHeadFound:
            "whether records are missing among the \(summary.recordsAfterHead.counted("record")) behind the end that was "
                + "expected, or after them"
        case .openEnd:
            "whether whole writers are missing at the newest end: keep what 'deferno log head' prints elsewhere, "
                + "and verify with --expect"
        case .openWriters:
            "whether records are missing after the last of \(summary.openWriters.counted("writer")) without a final "
                + "checkpoint: running, killed, or cut off"
        case .missingFiles: missingFiles
        case .unbound:
            "what stood before \((summary.unboundWriters + summary.unboundSegments).counted("header")) "
                + "that say nothing of it, or too little"
        case .versionTwo:
            "that no writer was removed among \(summary.versionTwoRecords.counted("record")) of version 2, "
                + "which binds writers to nothing"
        case .versionOne: "\(summary.versionOneRecords.counted("record")) of version 1, which nothing binds"
        case .forgottenWriters:
            "that \(summary.forgottenWriters.counted("writer")) silent for long wrote nothing more"
        }
    }

    private var missingFiles: String {
        let before = summary.unseenSegmentBytes.map { "the file before the first one here, of \($0) bytes" }
        let writers =
            summary.continuedWriters > 0
            ? "what \(summary.continuedWriters.counted("writer")) wrote into files that are not here" : nil
        return [before, writers].compactMap { $0 }.joined(separator: ", and ")
            + (summary.removals.isEmpty ? "" : ", which the log says were removed")
    }
}

// MARK: - For programs

extension VerificationReport {
    /// NDJSON: an object with `finding` for each finding, then one with `verdict`.
    var lines: String {
        var writer = JSONWriter(reservingCapacity: 4096)
        for finding in verification.findings {
            writer.value(.object(Self.object(finding)))
            writer.newline()
        }
        writer.value(.object(verdictObject))
        writer.newline()
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    private static func object(_ finding: LogFinding) -> JSONObject {
        var object: JSONObject = [
            "finding": .string(finding.kind.rawValue),
            "is_fault": .bool(finding.kind.isFault),
            "file": .string(finding.file),
        ]
        if finding.kind != .missing {
            object["line"] = .integer(Int64(finding.lines.lowerBound))
            object["last_line"] = .integer(Int64(finding.lines.upperBound))
        }
        object["message"] = .string(finding.message)
        return object
    }

    private var verdictObject: JSONObject {
        var counts = JSONObject()
        for kind in LogFinding.Kind.allCases { counts[kind.rawValue] = .integer(Int64(summary.counts[kind] ?? 0)) }
        return [
            "verdict": .string(verification.isIntact ? "intact" : "not_intact"),
            "records": .integer(Int64(summary.records)),
            "writers": .integer(Int64(summary.writers)),
            "files": .integer(Int64(summary.segments)),
            "counts": .object(counts),
            "removed_segments": .array(summary.removals.map { .string($0) }),
            "signed_checkpoints": .integer(Int64(summary.signedCheckpoints)),
            "keys": .array(summary.keys.map { .string($0) }),
            "expected_end": summary.isHeadExpected ? .string(summary.isHeadFound ? "found" : "missing") : .null,
            "unproven_kinds": .array(doubts.map { .string($0.rawValue) }),
            "unproven": .array(unproven.map { .string($0) }),
        ]
    }
}
