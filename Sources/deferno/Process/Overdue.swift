import Dispatch
import Glibc
import Synchronization

/// Ends the process where a last step takes too long.
final class Overdue: Sendable {
    private let step = Atomic<Int>(0)

    /// Ends the process with this status after this time, unless the next step has begun by then, which takes the place of
    /// this one.
    func exit(afterMilliseconds milliseconds: Int, with status: ExitStatus) {
        let step = step.add(1, ordering: .relaxed).newValue
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
            if self.step.load(ordering: .relaxed) == step { _exit(status.rawValue) }
        }
    }
}
