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
    /// A line for each finding, the verdict, and what cannot be proven.
    var text: String {
        var text = verification.findings.map { finding in
            "\(finding.file.escapedForTerminal):\(Self.lines(finding)): \(finding.kind.rawValue): \(finding.message)\n"
        }.joined()
        if !isWholeList { text += "(and more: only the first \(verification.findings.count) are shown)\n" }
        text += "\(verdict)\n"
        if !notes.isEmpty { text += "What else there is to know:\n" + notes.map { "  - \($0)\n" }.joined() }
        if !unproven.isEmpty { text += "What this cannot prove:\n" + unproven.map { "  - \($0)\n" }.joined() }
        return text
    }

    private static func lines(_ finding: LogFinding) -> String {
        let (first, last) = (finding.lines.lowerBound, finding.lines.upperBound)
        return first == last ? "\(first)" : "\(first)-\(last)"
    }

    private var verdict: String {
        let extent =
            "\(summary.records.counted("record")) of \(summary.writers.counted("writer")) "
            + "in \(summary.segments.counted("file"))"
        guard !verification.isIntact else { return "intact: \(extent)" }
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

    /// What nobody can tell from this log.
    private var unproven: [String] {
        var unproven: [String] = []
        if summary.openWriters > 0 {
            unproven.append(
                "whether records are missing after the last of \(summary.openWriters.counted("writer")) without a final "
                    + "checkpoint: running, killed, or cut off")
        }
        if summary.continuedWriters > 0 {
            unproven.append(
                "what \(summary.continuedWriters.counted("writer")) wrote into files that are not here"
                    + (summary.removals.isEmpty ? "" : ", which the log says were removed"))
        }
        if summary.versionOneRecords > 0 {
            unproven.append("\(summary.versionOneRecords.counted("record")) of version 1, which nothing binds")
        }
        if summary.keys.isEmpty {
            unproven.append("that nobody has written it anew, all hashes included: it is not signed")
        } else if !isHeldAgainstKeys {
            unproven.append(
                "that nobody has written it anew, signatures and keys included: verify with --key, "
                    + "and a key that you know from elsewhere")
        } else if summary.unsignedRecords > 0 {
            unproven.append(
                "\(Int(summary.unsignedRecords).counted("record")) after the last signature of their writers")
        }
        if summary.forgottenWriters > 0 {
            unproven.append("that \(summary.forgottenWriters.counted("writer")) silent for long wrote nothing more")
        }
        unproven.append("that no writer was removed altogether, with everything it wrote")
        return unproven
    }
}

// MARK: - For programs

extension VerificationReport {
    /// NDJSON: an object with `finding` for each finding, then one with `verdict`.
    var lines: String {
        var writer = JSONWriter(reservingCapacity: 4096)
        for finding in verification.findings {
            writer.value(
                .object([
                    "finding": .string(finding.kind.rawValue),
                    "is_fault": .bool(finding.kind.isFault),
                    "file": .string(finding.file),
                    "line": .integer(Int64(finding.lines.lowerBound)),
                    "last_line": .integer(Int64(finding.lines.upperBound)),
                    "message": .string(finding.message),
                ]))
            writer.newline()
        }
        writer.value(.object(verdictObject))
        writer.newline()
        return String(decoding: writer.takeBytes(), as: UTF8.self)
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
            "unproven": .array(unproven.map { .string($0) }),
        ]
    }
}
