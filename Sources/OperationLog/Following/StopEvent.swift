import Glibc
import Synchronization

/// Says to a thread that waits in ``LogFollower`` that it is time to stop.
package final class StopEvent: Sendable {
    /// Can be read from once it has happened.
    let descriptor: CInt
    private let writing: CInt
    private let isSet = Atomic<Bool>(false)

    package init() {
        var ends: [CInt] = [-1, -1]
        // A pipe that cannot be made leaves -1, which poll(2) passes over.
        if pipe(&ends) != 0 { ends = [-1, -1] }
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, writing) = (ends[0], ends[1])
    }

    deinit { for end in [descriptor, writing] where end >= 0 { close(end) } }

    package var hasHappened: Bool { isSet.load(ordering: .acquiring) }

    /// May be called from any thread, and more than once.
    package func signal() {
        isSet.store(true, ordering: .releasing)
        var byte: UInt8 = 0
        _ = write(writing, &byte, 1)
    }
}
