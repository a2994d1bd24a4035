import OperationCatalogue
import OperationLog

/// Operations and runs of the log in lines for people: when, through which door, who, what, how it ended, what it was about, and
/// from where.
struct OperationLine {
    let columns: LogColumns

    init(_ columns: LogColumns = LogColumns()) { self.columns = columns }

    /// - Parameters:
    ///   - operation: as ``OperationPairing`` gives it.
    ///   - note: what it did, where that does not show.
    func text(_ operation: LogRecord, note: String? = nil) -> String {
        let operation = operation.tree
        var cells = Self.cells(of: operation)
        cells.operation = operation["op"]?.stringValue ?? ""
        cells.status = operation["status"]?.stringValue ?? ""
        cells.subject = note ?? Self.subject(of: operation)
        if operation["settled_by"] != nil { cells.subject = "settled later: \(cells.subject)" }
        cells.place = Self.place(of: operation)
        return columns.text(cells)
    }

    /// - Parameter run: the record of its beginning or its end, or both as ``RunPairing`` gives them.
    func text(run: LogRecord) -> String {
        let run = run.tree
        var cells = Self.cells(of: run)
        Self.fill(&cells, run: run, columns)
        return columns.text(cells)
    }

    static func fill(_ cells: inout LogColumns.Cells, run: JSONValue, _ columns: LogColumns) {
        cells.operation = "run"
        cells.status = run["status"]?.stringValue ?? "begins"
        let files = run["files"]?.arrayValue?.compactMap { $0["file"]?.stringValue } ?? []
        let counts = RecordField.statuses.compactMap { name -> String? in
            let count = run[name]?.integerValue ?? 0
            return count > 0 ? "\(count) \(name)" : nil
        }
        let parts = [files.joined(separator: ", "), counts.joined(separator: ", ")].filter { !$0.isEmpty }
        cells.subject = parts.joined(separator: ": ")
        // So much of a run's id is enough for --run, and nearly always for it alone.
        cells.place = run["run"]?.stringValue.map { "run \(columns.width < 130 ? String($0.prefix(18)) : $0)" }
    }

    private static func cells(of record: JSONValue) -> LogColumns.Cells {
        LogColumns.Cells(
            time: record["time"]?.stringValue ?? "", door: record["door"]?.stringValue ?? "",
            who: record["client"]?["name"]?.stringValue ?? record["user"]?.stringValue ?? "",
            milliseconds: record["ms"]?.doubleValue)
    }

    /// What it was about: why it failed, else the title, else the task.
    static func subject(of operation: JSONValue) -> String {
        if let message = operation["error"]?["message"]?.stringValue { return message }
        if operation["status"]?.stringValue == "skipped" { return "when is false" }
        return Subject.text(
            arguments: operation["args"], payload: operation["result"], changes: operation["changes"]) ?? ""
    }

    /// The place in a script that it comes from; `nil` where there is none.
    static func place(of operation: JSONValue) -> String? {
        guard let file = operation["file"]?.stringValue, let line = operation["line"]?.integerValue else { return nil }
        return "\(file):\(line)"
    }
}
