import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing

@Suite("Everything pulls")
struct PullingTests {
    /// A source of a million submissions, `size` at a time, that keeps the greatest lead it ever had over the replies.
    private final class LongSource: Sendable {
        let bench: Bench
        let size: Int
        private let state = Mutex((handedOver: 0, lead: 0))

        init(_ bench: Bench, size: Int) {
            self.bench = bench
            self.size = size
        }

        var lead: Int { state.withLock { $0.lead } }
        var handedOver: Int { state.withLock { $0.handedOver } }

        var stream: AsyncStream<[Submission]> {
            AsyncStream(unfolding: {
                let replies = self.bench.replyCount
                let first = self.state.withLock { state in
                    state.lead = max(state.lead, state.handedOver - replies)
                    defer { state.handedOver += self.size }
                    return state.handedOver
                }
                if first >= 1_000_000 { return nil }
                return (first..<first + self.size).map { self.bench.read("n\($0)") }
            })
        }
    }

    @Test("A source of a million is never asked for more than a few pulls ahead of the replies", arguments: [1, 256])
    func slowBackend(size: Int) async {
        let bench = Bench()
        let source = LongSource(bench, size: size)
        let executed = Mutex(0)
        let backend = ScriptedBackend(bench.journal, batchSize: 64, concurrentBatches: 4) { _ in
            let count = executed.withLock { executed in
                executed += 1
                return executed
            }
            if count % 64 == 0 { try? await Task.sleep(for: .milliseconds(1)) }
            if count == 12 * max(size, 64) { bench.shutdown.begin() }
            return .done
        }
        await bench.run(source.stream, on: backend)
        // What has ended and waits to be taken, what the slots hold, and the pull that is under way.
        #expect(source.lead <= 256 + 6 * size)
        #expect(source.handedOver < 20 * max(size, 64))
    }

    @Test("A source is not asked again after it has ended")
    func endedSource() async {
        let bench = Bench()
        let calls = Mutex(0)
        let source = AsyncStream<[Submission]>(unfolding: {
            calls.withLock { $0 += 1 }
            return nil
        })
        await bench.run(source, on: ScriptedBackend(bench.journal))
        #expect(calls.withLock { $0 } == 1)
    }

    @Test("A pipeline that has run lets go of its backend, though the shutdown lives on")
    func nothingKept() async {
        final class Token: Sendable {}
        let bench = Bench()
        weak var token: Token?
        do {
            let held = Token()
            token = held
            await bench.run(
                [[bench.read("r")]],
                on: ScriptedBackend(bench.journal) { _ in
                    _ = held
                    return .done
                })
        }
        for _ in 0..<400 where token != nil { try? await Task.sleep(for: .milliseconds(5)) }
        #expect(token == nil)
        #expect(!bench.shutdown.hasBegun)
    }
}
