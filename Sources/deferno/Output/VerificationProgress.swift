import OperationPipeline

/// Shows a person how far verifying is, where it takes longer than a second.
final class VerificationProgress {
    private static let patience: UInt64 = 1_000_000_000
    private static let interval: UInt64 = 200_000_000

    private var next = MonotonicClock.now + patience
    private var isShown = false

    /// - Parameters:
    ///   - done: bytes on the disk.
    ///   - total: all of them.
    func show(_ done: Int64, of total: Int64) {
        let now = MonotonicClock.now
        guard StandardStream.error.isTerminal, now >= next else { return }
        next = now + Self.interval
        isShown = true
        StandardStream.error.writeNow("\r\u{1B}[Kverified \(done >> 20) of \(total >> 20) MiB")
    }

    func clear() {
        if isShown { StandardStream.error.writeNow("\r\u{1B}[K") }
        isShown = false
    }
}
