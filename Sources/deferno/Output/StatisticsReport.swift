import OperationCatalogue
import OperationLog

/// The statistics of a log, for people and for programs.
struct StatisticsReport {
    private let statistics: LogStatistics

    init(_ statistics: LogStatistics) {
        self.statistics = statistics
    }

    // MARK: For programs

    var json: JSONValue {
        var object: JSONObject = ["total": Self.json(statistics.total, isTotal: true)]
        if let range = statistics.total.times.range {
            object["since"] = .string(Timestamp(seconds: range.lowerBound).text(fractionDigits: 0))
            object["until"] = .string(Timestamp(seconds: range.upperBound).text(fractionDigits: 0))
        }
        object["operations"] = .array(statistics.rows.map { Self.json($0, isTotal: false) })
        var errors = JSONObject()
        for (code, count) in sortedErrors { errors.append(code, .integer(Int64(count))) }
        object["errors"] = .object(errors)
        return .object(object)
    }

    private static func json(_ row: LogStatistics.Row, isTotal: Bool) -> JSONValue {
        var object = JSONObject()
        if !isTotal {
            object["op"] = .string(row.operation)
            object["door"] = .string(row.door)
        }
        object["count"] = .integer(Int64(row.count))
        object["ok"] = .integer(Int64(row.ok))
        object["failed"] = .integer(Int64(row.failed))
        object["unknown"] = .integer(Int64(row.unknown))
        object["error_rate"] = .number((row.errorRate * 1e6).rounded() / 1e6)
        var durations = JSONObject()
        for (name, share) in shares {
            durations[name] = row.durations.quantile(share).map { .number(($0 * 1000).rounded() / 1000) } ?? .null
        }
        durations["max"] = row.durations.count == 0 ? .null : .number(row.durations.largest)
        object["ms"] = .object(durations)
        return .object(object)
    }

    private static let shares = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]

    private var sortedErrors: [(String, Int)] {
        statistics.errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    // MARK: For people

    /// The table, line by line.
    var table: [String] {
        guard statistics.total.count > 0, let range = statistics.total.times.range else { return ["no operations"] }
        let rows = statistics.rows.map { cells($0.operation.escapedForTerminal, $0.door, $0, range) }
        let lines = [Self.titles] + rows + [cells("all", "", statistics.total, range)]
        let widths = Self.titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        var table = lines.map { line in
            line.indices.map { column in
                let text = line[column]
                return column < 2 ? text.padded(to: widths[column]) : text.leftPadded(to: widths[column])
            }.joined(separator: "  ")
        }
        table[0] = TerminalColor.gray(table[0])
        let (first, last) = (Timestamp(seconds: range.lowerBound), Timestamp(seconds: range.upperBound))
        table.append("from \(first.text(fractionDigits: 0)) to \(last.text(fractionDigits: 0))")
        if !sortedErrors.isEmpty {
            let errors = sortedErrors.prefix(8).map { "\($0.1) \($0.0.escapedForTerminal)" }
            table.append("not well: " + errors.joined(separator: ", "))
        }
        return table
    }

    private static let titles = [
        "operation", "door", "count", "failed", "unknown", "p50", "p90", "p99", "max", "over time",
    ]
    private static let spans = 24

    private func cells(
        _ name: String, _ door: String, _ row: LogStatistics.Row, _ range: ClosedRange<Int64>
    ) -> [String] {
        let largest = row.durations.count > 0 ? row.durations.largest : nil
        let durations = Self.shares.map { row.durations.quantile($0.1) } + [largest]
        return [name, door, "\(row.count)", Self.share(row.failed, of: row), Self.share(row.unknown, of: row)]
            + durations.map { $0.map { OperationLine.shown(milliseconds: $0) } ?? "-" }
            + [Self.sparkline(row.times.spans(Self.spans, over: range))]
    }

    private static func share(_ count: Int, of row: LogStatistics.Row) -> String {
        guard count > 0 else { return "-" }
        let tenths = Int((Double(count) / Double(row.count) * 1000).rounded())
        return "\(count) (\(tenths / 10).\(tenths % 10) %)"
    }

    /// Counts as a line of blocks, the largest as high as a letter; a space where there is nothing.
    static func sparkline(_ counts: [Int]) -> String {
        let blocks = Array("▁▂▃▄▅▆▇█")
        let largest = max(1, counts.max() ?? 0)
        return String(
            counts.map { count in
                count == 0 ? " " : blocks[(count * blocks.count + largest - 1) / largest - 1]
            })
    }
}

extension String {
    /// The text with spaces before it, if it has fewer characters than `width`.
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
