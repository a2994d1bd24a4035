import OperationCatalogue

/// What a log says of many operations, in memory that does not grow with their number.
package struct LogStatistics {
    /// Operations of one name by one door.
    package struct Row {
        package let operation: String
        package let door: String
        package fileprivate(set) var ok = 0
        package fileprivate(set) var failed = 0
        package fileprivate(set) var unknown = 0
        /// Never begun, since something before did not succeed.
        package fileprivate(set) var skipped = 0
        package fileprivate(set) var durations = DurationHistogram()
        package fileprivate(set) var times = CountsOverTime()

        package var count: Int { begun + skipped }
        private var begun: Int { ok + failed + unknown }
        /// The share that did not end well of those that were begun, 0 to 1.
        package var errorRate: Double { begun == 0 ? 0 : Double(failed + unknown) / Double(begun) }
    }

    private struct Key: Hashable {
        let operation: String
        let door: String
    }

    /// Names that no catalogue has come from whoever asked: of those only so many are told apart.
    private static let mostRows = 1024
    private static let others = Key(operation: "(others)", door: "")

    private var rowsByKey: [Key: Row] = [:]
    /// All together.
    package private(set) var total = Row(operation: "", door: "")
    /// How often each code of an error occurred.
    package private(set) var errors: [String: Int] = [:]

    package init() {}

    package mutating func add(_ operation: LogRecord) {
        var key = Key(operation: operation.text("op") ?? "", door: operation.text("door") ?? "")
        if rowsByKey[key] == nil, rowsByKey.count >= Self.mostRows { key = Self.others }
        let status = operation.text("status")
        let milliseconds = operation.number("ms")
        let second = operation.text("time").flatMap { Timestamp($0) }?.seconds
        func count(_ row: inout Row) {
            switch status {
            case "ok": row.ok += 1
            case "failed": row.failed += 1
            case "skipped": row.skipped += 1
            default: row.unknown += 1
            }
            if let milliseconds, status != "skipped" { row.durations.add(milliseconds: milliseconds) }
            if let second { row.times.add(second) }
        }
        count(&rowsByKey[key, default: Row(operation: key.operation, door: key.door)])
        count(&total)
        if status != "ok", status != "skipped" {
            let code = operation.value("error")?["code"]?.stringValue ?? "no_outcome"
            errors[errors.count < Self.mostRows || errors[code] != nil ? code : "(others)", default: 0] += 1
        }
    }

    /// The most frequent first.
    package var rows: [Row] {
        rowsByKey.values.sorted {
            ($1.count, $0.operation, $0.door) < ($0.count, $1.operation, $1.door)
        }
    }
}
