/// How long each part of an end may take, for every door; <doc:Ending> tells how they follow one another.
package struct ShutdownBudget: Hashable, Sendable {
    /// From the end of input until the shutdown begins: for what is under way to end by itself.
    package var patience: Duration
    /// From the beginning of the shutdown until what is under way is cancelled.
    package var drain: Duration
    /// From a cancellation, or a deadline, until a backend that has said nothing is given up, and its writes are unknown.
    package var grace: Duration
    /// From the end of an agent's input until all is answered and recorded, without any output being taken; then the process
    /// ends, whatever hangs.
    package var answers: Duration = .seconds(3)
    /// For the last of an agent's output, without any of it being taken; then the process ends.
    package var reader: Duration = .seconds(2)
    /// For the log and the backend to be let go of, once everything has been said; then the process ends.
    package var closing: Duration = .milliseconds(200)
    /// From the first signal, without any output being taken; then the process ends, whatever hangs.
    package var whole: Duration = .seconds(15)
    /// From the beginning of the shutdown of `serve` until connections that have not ended by themselves are closed.
    package var connections: Duration = .seconds(5)

    private init(patience: Duration, drain: Duration, grace: Duration) {
        (self.patience, self.drain, self.grace) = (patience, drain, grace)
    }

    /// Of what a person waits for: what was begun has time to end.
    package static let command = ShutdownBudget(patience: .zero, drain: .seconds(8), grace: .seconds(2))

    /// Of an agent's server, which all ends within two seconds: after them clients kill it.
    package static let agent = ShutdownBudget(
        patience: .milliseconds(1400), drain: .milliseconds(50), grace: .milliseconds(300))

    /// From the end of input until every operation has a result.
    package var untilResults: Duration { patience + drain + grace }
}
