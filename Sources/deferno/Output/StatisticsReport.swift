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
        object["skipped"] = .integer(Int64(row.skipped))
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

    /// What stands in a table's column.
    private enum Column: CaseIterable {
        case name, door, count, failed, unknown, skipped, p50, p90, p99, max, time

        var title: String {
            switch self {
            case .name: "operation"
            case .door: "door"
            case .count: "count"
            case .failed: "failed"
            case .unknown: "unknown"
            case .skipped: "skipped"
            case .p50: "p50"
            case .p90: "p90"
            case .p99: "p99"
            case .max: "max"
            case .time: "over time"
            }
        }

        var isText: Bool { self == .name || self == .door }
    }

    /// What gives way where the terminal is too narrow, in this order.
    private enum Saving {
        case shares, spans
        case column(Column)
    }

    private static let savings: [Saving] = [
        .spans, .shares, .column(.p90), .column(.p99), .column(.time), .column(.max), .column(.p50), .column(.door),
        .column(.unknown), .column(.skipped),
    ]

    /// The table, line by line, each no wider than so many columns.
    func table(width: Int, local: LocalTime = .system) -> [String] {
        guard statistics.total.count > 0, let range = statistics.total.times.range else { return ["no operations"] }
        var columns = Column.allCases
        // A column of nothing says nothing.
        if statistics.total.skipped == 0 { columns.removeAll { $0 == .skipped } }
        var (hasShares, spans) = (true, Self.spans)
        var table = lines(columns, hasShares: hasShares, spans: spans, range)
        for saving in Self.savings where (table.map(\.terminalWidth).max() ?? 0) > width {
            switch saving {
            case .shares: hasShares = false
            case .spans: spans = Self.fewSpans
            case .column(let column): columns.removeAll { $0 == column }
            }
            table = lines(columns, hasShares: hasShares, spans: spans, range)
        }
        table = table.map { $0.cut(toColumns: width) }
        table[0] = TerminalColor.gray(table[0])
        let (first, last) = (Timestamp(seconds: range.lowerBound), Timestamp(seconds: range.upperBound))
        let zone = local.name(at: .now)
        table.append("from \(local.text(of: first)) to \(local.text(of: last)) (\(zone))".cut(toColumns: width))
        return table + errorLines(width: width)
    }

    private func lines(
        _ columns: [Column], hasShares: Bool, spans: Int, _ range: ClosedRange<Int64>
    ) -> [String] {
        let rows = statistics.rows.map { row in
            cells(columns, row.operation.escapedForTerminal, row, hasShares, spans, range)
        }
        let lines = [columns.map(\.title)] + rows + [cells(columns, "all", statistics.total, hasShares, spans, range)]
        let widths = columns.indices.map { column in lines.map { $0[column].terminalWidth }.max() ?? 0 }
        return lines.map { line in
            line.indices.map { index in
                let text = line[index]
                return columns[index].isText ? text.padded(to: widths[index]) : text.leftPadded(to: widths[index])
            }.joined(separator: "  ")
        }
    }

    /// The most frequent errors, in as many lines as they take.
    private func errorLines(width: Int) -> [String] {
        guard !sortedErrors.isEmpty else { return [] }
        var lines = ["not well:"]
        for (code, count) in sortedErrors.prefix(8) {
            let isFirst = lines[lines.count - 1].hasSuffix(":")
            let text = "\(isFirst ? " " : ", ")\(count) \(code.escapedForTerminal)"
            if (lines[lines.count - 1] + text).terminalWidth < width || isFirst {
                lines[lines.count - 1] += text
            } else {
                lines[lines.count - 1] += ","
                lines.append("  \(text.dropFirst(2))")
            }
        }
        return lines.map { $0.cut(toColumns: width) }
    }

    private static let spans = 24
    private static let fewSpans = 10

    private func cells(
        _ columns: [Column], _ name: String, _ row: LogStatistics.Row, _ hasShares: Bool, _ spans: Int,
        _ range: ClosedRange<Int64>
    ) -> [String] {
        columns.map { column in
            switch column {
            case .name: name
            case .door: row.door
            case .count: "\(row.count)"
            case .failed: Self.share(row.failed, of: row, isShown: hasShares)
            case .unknown: Self.share(row.unknown, of: row, isShown: hasShares)
            case .skipped: Self.share(row.skipped, of: row, isShown: hasShares)
            case .p50: Self.duration(row.durations.quantile(0.5))
            case .p90: Self.duration(row.durations.quantile(0.9))
            case .p99: Self.duration(row.durations.quantile(0.99))
            case .max: Self.duration(row.durations.count > 0 ? row.durations.largest : nil)
            case .time: Self.sparkline(row.times.spans(spans, over: range))
            }
        }
    }

    private static func duration(_ milliseconds: Double?) -> String {
        milliseconds.map { LogColumns.shown(milliseconds: $0) } ?? "-"
    }

    private static func share(_ count: Int, of row: LogStatistics.Row, isShown: Bool) -> String {
        guard count > 0 else { return "-" }
        guard isShown else { return "\(count)" }
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
    /// The text with spaces before it, if it takes fewer columns than `width`.
    fileprivate func leftPadded(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - terminalWidth)) + self
    }
}
