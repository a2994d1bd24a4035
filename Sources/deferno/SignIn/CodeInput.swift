import Glibc
import OperationCatalogue
import OperationPipeline

/// Reads the code that a person copies from the browser: from a terminal without showing it, or a line from a pipe.
struct CodeInput: Sendable {
    let descriptor: Int32
    /// Ends the waiting.
    let shutdown: Shutdown

    enum Entry: Sendable {
        case code(Secret)
        /// An empty line, or the end of the input.
        case nothing
        /// The shutdown has begun.
        case interrupted
    }

    /// A longer line is no code. In bytes.
    private static let maximumLength = 1000

    /// Waits for one line. What follows the line is left for others to read; the terminal's echo is as before afterwards.
    func read() async -> Entry {
        await BlockingGate(width: 1).run { line() }
    }

    private func line() -> Entry {
        let echo = TerminalEcho(of: descriptor)
        echo?.turnOff()
        defer { echo?.restore() }
        var bytes: [UInt8] = []
        while !shutdown.hasBegun {
            var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, 100) > 0 else { continue }
            var byte: UInt8 = 0
            // One byte at a time, since what follows the line is not ours.
            let count = Glibc.read(descriptor, &byte, 1)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0, byte != UInt8(ascii: "\n"), bytes.count <= Self.maximumLength else { return entry(bytes) }
            bytes.append(byte)
        }
        return .interrupted
    }

    private func entry(_ bytes: [UInt8]) -> Entry {
        let text = String(decoding: bytes, as: UTF8.self)[...].trimmed
        return text.isEmpty ? .nothing : .code(Secret(text))
    }
}

/// Whether a terminal shows what is typed.
struct TerminalEcho {
    private let descriptor: Int32
    private let settings: termios

    /// - Returns: `nil` where the descriptor is no terminal.
    init?(of descriptor: Int32) {
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return nil }
        self.descriptor = descriptor
        self.settings = settings
    }

    /// Shows nothing any more. What was typed before, and so was shown, is thrown away, as getpass(3) does.
    func turnOff() {
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO | ECHONL)
        tcsetattr(descriptor, TCSAFLUSH, &silent)
    }

    func restore() {
        var settings = settings
        tcsetattr(descriptor, TCSAFLUSH, &settings)
    }
}
