import Foundation
import Glibc

/// A pseudo-terminal: `end` is what a program has for its terminal, `controller` the keyboard and the screen.
final class PseudoTerminal: Sendable {
    let controller: CInt
    let end: CInt

    init() throws {
        // TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h: what unlockpt(3) and ptsname(3) do.
        let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (unlocked, number): (CInt, CUnsignedInt) = (0, 0)
        guard controller >= 0, ioctl(controller, setLock, &unlocked) == 0, ioctl(controller, getNumber, &number) == 0
        else { throw POSIXError(.ENOTTY) }
        end = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard end >= 0 else { throw POSIXError(.ENOTTY) }
    }

    deinit {
        close(controller)
        close(end)
    }

    func type(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { write(controller, $0.baseAddress, $0.count) }
    }

    var echoes: Bool {
        var settings = termios()
        return tcgetattr(end, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    /// What has appeared on the screen since the last look.
    func screen() -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(controller, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}

/// Waits until something holds, at most ten seconds.
func eventually(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<1000 {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
}
