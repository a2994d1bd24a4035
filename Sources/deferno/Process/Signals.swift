import Dispatch
import Glibc
import OperationPipeline
import Synchronization

/// SIGINT and SIGTERM begin the shutdown; a second one ends the process at once.
final class Signals: Sendable {
    private let shutdown: Shutdown
    private let received = Atomic<Int32>(0)
    private let sources = Mutex<[any DispatchSourceSignal]>([])

    /// How long the process may take after the first signal, whatever hangs: the pipeline's own deadlines end sooner.
    static let patience: DispatchTimeInterval = .seconds(15)

    init(beginning shutdown: Shutdown) {
        self.shutdown = shutdown
        // Writing to a pipe that nobody reads must be an error of that write, and not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let queue = DispatchQueue(label: "deferno.signals")
        sources.withLock { sources in
            for number in [SIGINT, SIGTERM] {
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler { [self] in receive(number, on: queue) }
                source.resume()
                sources.append(source)
            }
        }
    }

    /// The status for the signal that has come, if one has.
    var exitStatus: ExitStatus? {
        Self.status(for: received.load(ordering: .acquiring))
    }

    private static func status(for signal: Int32) -> ExitStatus? {
        switch signal {
        case SIGINT: .interrupted
        case SIGTERM: .terminated
        default: nil
        }
    }

    private func receive(_ number: Int32, on queue: DispatchQueue) {
        let status = Self.status(for: number) ?? .terminated
        guard received.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing).exchanged else {
            _exit(status.rawValue)
        }
        shutdown.begin()
        queue.asyncAfter(deadline: .now() + Self.patience) { _exit(status.rawValue) }
    }
}
