import Dispatch
import Glibc
import OperationCatalogue
import Synchronization

/// Compresses a log's finished segments in the background, on a thread of its own.
final class SegmentCompressor: Sendable {
    private let queue = DispatchQueue(label: "deferno.log.compress")
    private let isEnding = Atomic<Bool>(false)

    /// So often a segment is tried that some process may still write to, and so many microseconds apart; then it is left for the
    /// next rotation.
    private static let tries = 50
    /// The same once the process ends: it has just left the segment itself.
    private static let triesAtEnd = 5
    private static let interval: UInt32 = 100_000
    /// So long, in seconds, the end of the process waits for a segment that is being compressed. One that is not done by then
    /// stays as it was.
    private static let patience = 2.0

    /// - Parameter report: told what is wrong, as a sentence.
    func compressFinished(of path: String, report: @escaping @Sendable (String) -> Void) {
        queue.async { [self] in
            var tries = 0
            while tries < (isEnding.load(ordering: .relaxed) ? Self.triesAtEnd : Self.tries) {
                if tries > 0 { usleep(Self.interval) }
                guard hasToWait(path, report) else { return }
                tries += 1
            }
        }
    }

    /// - Returns: whether a segment is left that some process may still write to.
    private func hasToWait(_ path: String, _ report: (String) -> Void) -> Bool {
        var isInUse = false
        for segment in LogSegments.of(path) where !segment.isLive && !segment.isCompressed {
            do throws(OperationError) {
                if try segment.compress() == .inUse { isInUse = true }
            } catch {
                report(error.message)
                return false
            }
        }
        return isInUse
    }

    /// Returns when everything is done, or takes too long.
    func end() async {
        isEnding.store(true, ordering: .relaxed)
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                _ = done.wait(timeout: .now() + Self.patience)
                continuation.resume()
            }
        }
    }
}
