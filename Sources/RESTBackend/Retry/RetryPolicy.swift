/// How often and when a request is sent again.
package struct RetryPolicy: Hashable, Sendable {
    /// Tries of one request, with the first one; at least 1.
    package var maximumTries = 4
    /// Before the second try; it doubles with each further one.
    package var firstDelay: Duration = .milliseconds(100)
    package var longestDelay: Duration = .seconds(3)

    package init() {}

    /// How long to wait after a try.
    ///
    /// - Parameters:
    ///   - tries: how many there have been, at least 1.
    ///   - retryAfter: the least that the backend asks for.
    ///   - chance: from 0 to 1; spreads clients that have failed together over the second half of the delay.
    func delay(afterTries tries: Int, retryAfter: Duration?, chance: Double) -> Duration {
        let growth = 1 << min(max(tries - 1, 0), 20)
        let backoff = min(firstDelay * growth, longestDelay) * (0.5 + 0.5 * chance)
        guard let retryAfter else { return backoff }
        return max(retryAfter + min(backoff, retryAfter), backoff)
    }
}
