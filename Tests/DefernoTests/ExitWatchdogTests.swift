import Synchronization
import Testing

@testable import deferno

// The testing library has one, too.
private typealias Status = deferno.ExitStatus

@Suite("The last steps of the process")
struct ExitWatchdogTests {
    /// What a process does while it is watched, and how it was ended.
    private final class Watched: Sendable {
        private let state = Mutex((looks: 0, end: Status?.none))
        /// So many looks see that it gets on; then it stands still.
        private let busyLooks: Int

        init(busyLooks: Int) { self.busyLooks = busyLooks }

        var looks: Int { state.withLock { $0.looks } }
        var end: Status? { state.withLock { $0.end } }

        func watchdog() -> ExitWatchdog {
            ExitWatchdog(
                progress: {
                    self.state.withLock { state in
                        state.looks += 1
                        return min(state.looks, self.busyLooks)
                    }
                },
                end: { status in self.state.withLock { $0.end = status } })
        }
    }

    @Test("A step that stands still ends the process")
    func standsStill() async {
        let watched = Watched(busyLooks: 0)
        watched.watchdog().exit(after: .milliseconds(40), with: .inputOutput)
        #expect(await eventually { watched.end == .inputOutput })
    }

    @Test("While there is progress no time is too long; the time begins where it ends")
    func progress() async {
        let watched = Watched(busyLooks: 60)
        watched.watchdog().exit(after: .milliseconds(40), with: .hungUp)
        #expect(await eventually { watched.end == .hungUp })
        #expect(watched.looks > 60)
    }

    @Test("The next step takes the place of the one before, and without one nothing ends")
    func steps() async {
        let (first, last) = (Watched(busyLooks: 0), Watched(busyLooks: 0))
        let watchdog = first.watchdog()
        watchdog.exit(after: .milliseconds(400), with: .inputOutput)
        watchdog.exit(after: .milliseconds(20), with: .success)
        #expect(await eventually { first.end == .success })
        let disarmed = last.watchdog()
        disarmed.exit(after: .milliseconds(400), with: .inputOutput)
        disarmed.disarm()
        try? await Task.sleep(for: .milliseconds(600))
        #expect(last.end == nil && first.end == .success)
    }
}
