import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("On a terminal")
struct TerminalTests {
    static let script = """
        name: x
        on_error: continue
        steps:
          - {op: create_task, args: {title: Buy milk}}
          - {op: get_task, args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0}}
          - {op: whoami}

        """

    @Test("Outcomes are a readable list with a summary, and failures show their place")
    func readableList() throws {
        let home = try Home()
        try home.write(Self.script)
        let terminal = try Terminal()
        let child = try home.start(
            ["batch", "run", "script.yaml"], standardOutput: terminal.end, standardError: terminal.end)
        let text = try terminal.read(from: child, expecting: .exit(1))
        #expect(text.contains("Buy milk"))
        #expect(text.contains("\u{1B}[32mok"))
        #expect(text.contains("\u{1B}[31mfailed"))
        #expect(text.contains("script.yaml:5:5: error: get_task: task not found"))
        #expect(text.contains("3 steps: 2 ok, 1 failed\r\nrun "))
        #expect(!text.contains("{\"id\""))
    }

    @Test("At 80 columns every outcome is one line, whatever is in its title", arguments: [80, 40])
    func eightyColumns(columns: Int) throws {
        let home = try Home()
        home.environment["NO_COLOR"] = "1"
        let titles = [
            String(repeating: "A title as long as whole sentences are. ", count: 5),
            String(repeating: "買い物をする。", count: 12), String(repeating: "🛒", count: 50), "short",
        ]
        let steps = titles.map { "  - {op: create_task, args: {title: \"\($0)\"}}\n" }.joined()
        try home.write(
            "on_error: continue\nsteps:\n\(steps)  - {op: get_task, when: false, args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0}}\n"
                + "  - {op: set_task_status, args: {task_id: 7033cae7-eff6-4df1-bed9-01d16e89c2b0, status: done}}\n")
        let terminal = try Terminal(columns: columns)
        let child = try home.start(["batch", "run", "script.yaml"], standardOutput: terminal.end)
        let lines = try terminal.read(from: child, expecting: .exit(1)).replacing("\r\n", with: "\n").split(
            separator: "\n")
        #expect(lines.count == 8)
        for line in lines { #expect(Self.width(line) <= columns, "\(line)") }
        #expect(lines.filter { $0.hasSuffix("…") }.count >= 3)
        #expect(lines.contains { $0.hasSuffix(" short") })
    }

    /// The columns of a text in which everything from China and Japan, and every emoji, takes two.
    private static func width(_ text: Substring) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ((0x2E80...0xFFDC).contains($1.value) || $1.value >= 0x1F000 ? 2 : 1) }
    }

    @Test("NO_COLOR takes the colours away")
    func noColor() throws {
        let home = try Home()
        home.environment["NO_COLOR"] = "1"
        try home.write(Self.script)
        let terminal = try Terminal()
        let child = try home.start(
            ["batch", "run", "script.yaml"], standardOutput: terminal.end, standardError: terminal.end)
        let text = try terminal.read(from: child, expecting: .exit(1))
        #expect(text.contains("Buy milk"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test("Progress is shown on standard error where that alone is a terminal, and leaves nothing but a summary")
    func progress() throws {
        let home = try Home()
        try home.write(creates(3000))
        let terminal = try Terminal()
        let child = try home.start(["batch", "run", "script.yaml"], standardError: terminal.end)
        let text = try terminal.read(from: child, expecting: .exit(0))
        #expect(text.contains(" of 3000 steps"))
        let summary = try #require(text.ranges(of: "\r\u{1B}[Kdeferno: 3000 steps: 3000 ok; run ").last)
        #expect(UniqueIdentifier(String(text[summary.upperBound...].prefix(36))) != nil)
        #expect(text[summary.upperBound...].dropFirst(36) == "\r\n")
        #expect(child.outputText.split(separator: "\n").count == 3000)
    }

    @Test("Diagnostics are plain lines on a terminal")
    func plainDiagnostics() throws {
        let home = try Home()
        let terminal = try Terminal()
        let child = try home.start(["call", "create_task", "title=x", "--log", "none"], standardError: terminal.end)
        let text = try terminal.read(from: child, expecting: .exit(0))
        #expect(text.hasPrefix("deferno: warning: writes are carried out without a record"))
    }
}

/// A pseudo-terminal: what is written to ``end`` can be read back as a person would see it.
final class Terminal {
    /// For the child.
    let end: CInt
    private let controller: CInt

    init(columns: Int = 0) throws {
        // TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h: what unlockpt(3) and ptsname(3) do.
        let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (unlocked, number): (CInt, CUnsignedInt) = (0, 0)
        guard controller >= 0, ioctl(controller, setLock, &unlocked) == 0, ioctl(controller, getNumber, &number) == 0
        else { throw POSIXError(.ENOTTY) }
        self.controller = controller
        end = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard end >= 0 else { throw POSIXError(.ENOTTY) }
        var size = winsize(ws_row: 24, ws_col: CUnsignedShort(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(end, UInt(TIOCSWINSZ), &size) == 0 else { throw POSIXError(.ENOTTY) }
    }

    deinit {
        close(controller)
        close(end)
    }

    /// Everything that appears on it until the child has ended.
    func read(from child: Child, expecting expected: Finished.End) throws -> String {
        var bytes: [UInt8] = []
        child.wait(10) {
            readSome(into: &bytes)
            return false
        }
        #expect(child.finish(within: 5).end == expected)
        readSome(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Types on its keyboard.
    func type(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
    }

    /// Whether it shows what is typed.
    var echoes: Bool {
        var settings = termios()
        return tcgetattr(end, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    private func readSome(into bytes: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(controller, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
    }
}
