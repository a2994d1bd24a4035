import OperationCatalogue
import OperationLog
import Testing

@testable import deferno

@Suite("The log on a terminal of some width")
struct LogColumnsTests {
    private static let cells = LogColumns.Cells(
        time: "2026-11-30T22:05:09.123456Z", door: "batch", who: "a-very-long-user-name", operation: "get_mood_history",
        status: "unknown", milliseconds: 12.3, subject: "A title that is as long as whole sentences are 買い物をする",
        place: "scripts/weeks/2026/first-week.yaml:112")

    @Test(
        "No line is wider than the terminal, whatever stands in it",
        arguments: [20, 40, 63, 64, 80, 99, 100, 129, 130, 300])
    func widths(width: Int) {
        let columns = LogColumns(width: width, local: .fixed(3600))
        #expect(columns.header.terminalWidth <= width)
        let line = columns.text(Self.cells)
        #expect(line.terminalWidth <= width)
        #expect(line.contains("get_mood_history") || width < 27)
    }

    @Test("At 80 columns the time, the operation, the status, the title and the place can be read")
    func eighty() {
        let columns = LogColumns(width: 80, local: .fixed(3600))
        #expect(
            columns.text(Self.cells)
                == "11-30 23:05:09  get_mood_history  unknown  A title that is as… (…-week.yaml:112)")
        #expect(columns.header == "time UTC+01:00  operation         status   about")
        var short = Self.cells
        (short.subject, short.place) = ("Buy milk", "week.yaml:3")
        #expect(columns.text(short).hasSuffix("  Buy milk (week.yaml:3)"))
    }

    @Test("Where there is room, all of it stands there, with the milliseconds of the time")
    func wide() {
        let line = LogColumns(width: 300, local: .fixed(3600)).text(Self.cells)
        #expect(
            line.hasPrefix("2026-11-30 23:05:09.123  batch  a-very-long…  get_mood_history  unknown  12.3 ms   A title")
        )
        #expect(line.hasSuffix("買い物をする (scripts/weeks/2026/first-week.yaml:112)"))
    }

    @Test("What stands in a record cannot steer the terminal")
    func escapes() {
        var cells = Self.cells
        (cells.subject, cells.place, cells.who) = ("\u{1B}[2J\n", "\u{1B}.yaml:1", "\u{7}")
        let line = LogColumns(width: 300, local: .fixed(0)).text(cells)
        let isSafe = line.unicodeScalars.allSatisfy { $0.isShownOnTerminal }
        #expect(isSafe)
    }

    @Test("The table of counts fits, and loses what says least first", arguments: [30, 50, 80, 100, 200])
    func table(width: Int) throws {
        let folder = try TemporaryFolder()
        let lines = ["ok", "failed", "unknown", "skipped"].enumerated().map { index, status in
            """
            {"kind":"outcome","time":"2026-11-30T22:0\(index):09.000000Z","id":"01900000-0000-7000-8000-00000000000\(index)",\
            "op":"set_task_status","door":"batch","status":"\(status)","ms":12345.6,\
            "error":{"code":"backend_unreachable"}}

            """
        }
        let path = try folder.write(lines.joined(), to: "log")
        var statistics = LogStatistics()
        _ = LogScan([path]) { _ in }.operations(of: LogFilter()) { operation in
            for _ in 0..<1234 { statistics.add(operation) }
            return true
        }
        #expect(statistics.total.skipped == 1234)
        let table = StatisticsReport(statistics).table(width: width, local: .fixed(0))
        #expect(table.allSatisfy { $0.terminalWidth <= width }, "\(table)")
        #expect(table[0].contains("count") && table[0].contains("failed"))
        #expect(table[0].contains("p90") == (width >= 100))
        #expect(width < 80 || table.contains { $0.contains("(UTC)") })
    }
}
