import Dispatch
import Glibc
import OperationPipeline
import Synchronization

/// Ends the process where a last step stands still for too long.
///
/// What is bounded is time without progress: while somebody reads standard output, however slowly, nothing of it is cut.
final class ExitWatchdog: Sendable {
    private let step = Atomic<Int>(0)
    private let progress: @Sendable () -> Int
    private let end: @Sendable (ExitStatus) -> Void

    /// - Parameters:
    ///   - progress: what changes while the process gets on: by default the output that has been taken.
    ///   - end: ends the process.
    init(
        progress: @escaping @Sendable () -> Int = { StandardStream.output.taken },
        end: @escaping @Sendable (ExitStatus) -> Void = { _exit($0.rawValue) }
    ) {
        (self.progress, self.end) = (progress, end)
    }

    /// Ends the process with this status after so long without progress, unless the next step has begun by then, which takes
    /// the place of this one.
    func exit(after time: Duration, with status: ExitStatus) {
        let step = step.add(1, ordering: .relaxed).newValue
        look(
            Watch(step: step, nanoseconds: UInt64(time / .nanoseconds(1)), status: status), since: MonotonicClock.now,
            at: progress())
    }

    /// No step is to be ended any more.
    func disarm() { step.add(1, ordering: .relaxed) }

    private struct Watch: Sendable {
        let step: Int
        let nanoseconds: UInt64
        let status: ExitStatus
    }

    /// Looks several times within the time that is given, so that a late step of progress counts from when it was made.
    private func look(_ watch: Watch, since moment: UInt64, at state: Int) {
        let interval = DispatchTimeInterval.nanoseconds(Int(max(1_000_000, watch.nanoseconds / 8)))
        DispatchQueue.global().asyncAfter(deadline: .now() + interval) { [self] in
            guard step.load(ordering: .relaxed) == watch.step else { return }
            let now = MonotonicClock.now
            let current = progress()
            if current != state { return look(watch, since: now, at: current) }
            guard now - moment < watch.nanoseconds else { return end(watch.status) }
            look(watch, since: moment, at: state)
        }
    }
}
