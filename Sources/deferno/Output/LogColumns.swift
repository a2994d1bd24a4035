import Glibc
import OperationCatalogue
import OperationLog

/// One line of the log on a terminal: columns that fit its width, and behind them what it was about and where it comes from, of
/// which the title is cut before the place.
struct LogColumns {
    /// What stands in the columns.
    struct Cells {
        /// As the record has it: RFC 3339.
        var time = ""
        var door = ""
        var who = ""
        var operation = ""
        var status = ""
        var milliseconds: Double?
        var subject = ""
        /// A place in a script; `nil` where there is none.
        var place: String?
    }

    private enum Column: CaseIterable {
        case time, door, who, operation, status, duration

        /// How wide it is.
        func width(isShort: Bool) -> Int {
            switch self {
            case .time: isShort ? 14 : 23
            case .door: 5
            case .who: 12
            case .operation: 16
            case .status: 7
            case .duration: 8
            }
        }
    }

    /// A terminal that does not say how wide it is is taken for one of so many columns.
    static let usualWidth = 80

    let width: Int
    let local: LocalTime
    private let columns: [Column]
    /// Whether times stand without year and milliseconds.
    private let hasShortTimes: Bool

    init(width: Int = LogColumns.terminalWidth, local: LocalTime = .system) {
        self.width = width
        self.local = local
        columns =
            switch width {
            case 130...: Column.allCases
            case 100...: [.time, .who, .operation, .status]
            case 64...: [.time, .operation, .status]
            case 40...: [.operation, .status]
            case 20...: [.operation]
            default: []
            }
        hasShortTimes = width < 130
    }

    static var terminalWidth: Int {
        TerminalSize.columns(of: STDOUT_FILENO) ?? usualWidth
    }

    /// What the columns are called, and in which zone the times are.
    var header: String {
        let zone = local.name(at: .now)
        let titles = columns.map { column in
            let title =
                switch column {
                case .time: "time \(zone)"
                case .door: "door"
                case .who: "who"
                case .operation: "operation"
                case .status: "status"
                case .duration: "ms"
                }
            return cell(title, column)
        }
        return TerminalColor.gray((titles.joined() + "about").cut(toColumns: width))
    }

    func text(_ cells: Cells) -> String {
        var (line, used) = ("", 0)
        for column in columns {
            let text = cell(content(column, cells), column)
            used += text.terminalWidth
            switch column {
            case .time: line += TerminalColor.gray(text)
            case .status: line += TerminalColor.of(status: cells.status)(text)
            default: line += text
            }
        }
        return line + about(cells, in: max(0, width - used))
    }

    private func cell(_ text: String, _ column: Column) -> String {
        let width = column.width(isShort: hasShortTimes)
        return text.escapedForTerminal.cut(toColumns: width).padded(to: width + 2)
    }

    private func content(_ column: Column, _ cells: Cells) -> String {
        switch column {
        case .time: shown(time: cells.time)
        case .door: cells.door
        case .who: cells.who
        case .operation: cells.operation
        case .status: cells.status
        case .duration: cells.milliseconds.map { Self.shown(milliseconds: $0) } ?? ""
        }
    }

    private func about(_ cells: Cells, in room: Int) -> String {
        let subject = cells.subject.escapedForTerminal
        guard let place = cells.place?.escapedForTerminal else { return subject.cut(toColumns: room) }
        // The subject has at least half of the room, the place what is left.
        let forPlace = max(room / 2, room - subject.terminalWidth) - 3
        guard forPlace > 0 else { return subject.cut(toColumns: room) }
        let shown = " (\(place.cutAtFront(toColumns: forPlace)))"
        return subject.cut(toColumns: room - shown.terminalWidth) + shown
    }

    // MARK: Times

    /// A record's time in the local zone.
    func shown(time: String) -> String {
        guard let moment = Timestamp(time) else { return time }
        let text = local.text(of: moment, isShort: hasShortTimes)
        if hasShortTimes { return text }
        return "\(text).\(moment.text(fractionDigits: 3).dropLast().suffix(3))"
    }

    static func shown(milliseconds: Double) -> String {
        if milliseconds >= 10_000 { return "\(Int((milliseconds / 1000).rounded())) s" }
        if milliseconds >= 100 { return "\(Int(milliseconds.rounded())) ms" }
        let tenths = Int((milliseconds * 10).rounded())
        if tenths >= 10 { return "\(tenths / 10).\(tenths % 10) ms" }
        return "\(Int((milliseconds * 1000).rounded())) µs"
    }
}
