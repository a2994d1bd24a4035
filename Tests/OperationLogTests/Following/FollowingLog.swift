import Glibc
import OperationCatalogue
import OperationLog
import Synchronization
import Testing

/// A follower at work on a thread of its own, and what it has handed on.
final class FollowingLog: Sendable {
    private let state = Mutex(State())
    private let stop = StopEvent()

    private struct State {
        var bytes: [UInt8] = []
        var count = 0
        var reports: [String] = []
        var error: OperationError?
        var isRunning = true
        /// Delivers no more than so many times.
        var deliveries = Int.max
    }

    /// - Parameter deliveries: so often it takes lines before it goes away, as a consumer that is ended.
    init(
        _ path: String, from start: LogFollower.Start = .last(.max), bookmark: String? = nil, follows: Bool = true,
        deliveries: Int = .max
    ) {
        state.withLock { $0.deliveries = deliveries }
        let thread = FollowerThread { [self] in
            let follower = LogFollower(
                path, bookmark: bookmark.map { LogBookmarkFile(path: $0) }, stop: stop,
                consumer: LogFollower.Consumer(deliver: { self.take($0) }, report: { self.add($0) }))
            do throws(OperationError) {
                let saved = try bookmark.map { LogBookmarkFile(path: $0) }?.read()
                _ = try follower.run(from: saved.map { .bookmark($0) } ?? start, follows: follows)
            } catch {
                state.withLock { $0.error = error }
            }
            state.withLock { $0.isRunning = false }
        }
        thread.start()
    }

    private func take(_ lines: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            guard state.deliveries > 0 else { return false }
            state.deliveries -= 1
            state.bytes += lines
            state.count += lines.count { $0 == UInt8(ascii: "\n") }
            return true
        }
    }

    private func add(_ report: String) { state.withLock { $0.reports.append(report) } }

    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    var lines: [[UInt8]] {
        state.withLock { $0.bytes }.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
            .map(Array.init)
    }
    /// How many lines that is.
    var count: Int { state.withLock { $0.count } }
    var reports: [String] { state.withLock { $0.reports } }
    var error: OperationError? { state.withLock { $0.error } }
    var isRunning: Bool { state.withLock { $0.isRunning } }

    /// Waits until something holds.
    func wait(_ seconds: Double = 20, until condition: (FollowingLog) -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if condition(self) { return true }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return condition(self)
    }

    /// Stops it and waits for its end.
    func end() async -> Bool {
        stop.signal()
        return await wait { !$0.isRunning }
    }
}

/// A thread of its own: a follower holds it for as long as it runs.
private final class FollowerThread: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func start() {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<FollowerThread>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, argument)
        pthread_detach(thread)
    }
}
