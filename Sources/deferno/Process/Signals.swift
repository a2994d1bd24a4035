import Glibc
import OperationPipeline
import Synchronization

/// SIGTERM, SIGINT, SIGHUP and SIGQUIT begin the shutdown; a second one ends the process at once.
final class Signals: Sendable {
    private let shutdown: Shutdown
    private let received = Atomic<Int32>(0)
    private let watchdog = ExitWatchdog()

    init(beginning shutdown: Shutdown) {
        self.shutdown = shutdown
        EndingSignals.give { [self] number in receive(number) }
    }

    /// The status for the signal that has come, if one has.
    var exitStatus: ExitStatus? {
        let number = received.load(ordering: .acquiring)
        return number == 0 ? nil : Self.status(for: number)
    }

    private static func status(for signal: Int32) -> ExitStatus {
        switch signal {
        case SIGHUP: .hungUp
        case SIGINT: .interrupted
        case SIGQUIT: .quit
        default: .terminated
        }
    }

    private func receive(_ number: Int32) {
        let status = Self.status(for: number)
        guard received.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing).exchanged else {
            _exit(status.rawValue)
        }
        watchdog.exit(after: ShutdownBudget.command.whole, with: status)
        shutdown.begin()
    }
}
