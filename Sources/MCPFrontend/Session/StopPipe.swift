import Glibc
import Synchronization

/// A pipe whose only news is that reading is to end.
final class StopPipe: Sendable {
    let readable: Int32
    private let writable: Int32
    private let hasSignalled = Atomic<Bool>(false)

    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (readable, writable) = (ends[0], ends[1])
    }

    var isSignalled: Bool { hasSignalled.load(ordering: .acquiring) }

    func signal() {
        hasSignalled.store(true, ordering: .releasing)
        var byte: UInt8 = 0
        _ = write(writable, &byte, 1)
    }

    deinit {
        close(readable)
        close(writable)
    }
}
