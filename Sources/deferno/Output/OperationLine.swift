import Glibc
import OperationCatalogue
import OperationLog

/// An operation of the log in a line for people: when, through which door, who, what, how it ended, what it was about, and
/// from where.
struct OperationLine {
    /// The columns of the terminal; 0 for any width.
    let width: Int

    init() {
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        width = isKnown ? Int(size.ws_col) : 0
    }

    /// - Parameter operation: as ``OperationPairing`` gives it.
    func text(_ operation: LogRecord) -> String {
        let status = operation.text("status") ?? ""
        let time = Self.shown(time: operation.text("time") ?? "")
        let who = operation.value("client")?["name"]?.stringValue ?? operation.text("user") ?? ""
        let fixed = [
            (time, 23, TerminalColor.gray), (operation.text("door") ?? "", 5, nil), (who, 12, nil),
            (operation.text("op") ?? "", 16, nil), (status, 7, TerminalColor.of(status: status)),
            (operation.number("ms").map { Self.shown(milliseconds: $0) } ?? "", 8, nil),
        ]
        var used = 0
        var line = ""
        for (text, length, color) in fixed {
            let cell = Self.cut(text.escapedForTerminal, to: length).padded(to: length)
            used += length + 2
            line += (color.map { $0(cell) } ?? cell) + "  "
        }
        let about = Self.subject(of: operation) + (Self.place(of: operation).map { " (\($0))" } ?? "")
        let room = width == 0 ? Int.max : max(10, width - used)
        return line + Self.cut(about.escapedForTerminal, to: room)
    }

    /// What it was about: why it failed, else the title, else the task.
    static func subject(of operation: LogRecord) -> String {
        if let message = operation.value("error")?["message"]?.stringValue { return message }
        let (args, result) = (operation.value("args"), operation.value("result"))
        let task = result?["parent"] ?? result?["next_task"] ?? result
        let text = [
            args?["title"], args?["first_title"], task?["title"], args?["query"], args?["task_id"], args?["id"],
        ].lazy.compactMap { $0?.stringValue }.first
        return text ?? ""
    }

    /// The place in a script that it comes from; `nil` where there is none.
    static func place(of operation: LogRecord) -> String? {
        guard let file = operation.text("file"), let line = operation.number("line") else { return nil }
        return "\(file):\(Int(line))"
    }

    /// `2026-11-28 06:21:31.039`, in UTC as the log has it.
    private static func shown(time: String) -> String {
        String(time.prefix(23)).replacing("T", with: " ")
    }

    static func shown(milliseconds: Double) -> String {
        if milliseconds >= 10_000 { return "\(Int((milliseconds / 1000).rounded())) s" }
        if milliseconds >= 100 { return "\(Int(milliseconds.rounded())) ms" }
        let tenths = Int((milliseconds * 10).rounded())
        if tenths >= 10 { return "\(tenths / 10).\(tenths % 10) ms" }
        return "\(Int((milliseconds * 1000).rounded())) µs"
    }

    private static func cut(_ text: String, to length: Int) -> String {
        text.count > length ? text.prefix(max(0, length - 1)) + "…" : text
    }
}
