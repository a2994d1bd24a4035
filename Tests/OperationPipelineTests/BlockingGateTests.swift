import Dispatch
import Glibc
import Synchronization
import Testing

@testable import OperationPipeline

@Suite("A gate for work that may block")
struct BlockingGateTests {
    @TaskLocal static var word = "outside"

    /// What tasks and threads share in these tests.
    private final class Shared: Sendable {
        let inside = Atomic<Int>(0)
        let most = Atomic<Int>(0)
        let isOpen = Atomic<Bool>(false)
    }

    @Test("carries it out on threads of its own, on which the task stays the one that it is")
    func threads() async {
        let gate = BlockingGate(width: 2)
        let here = await Self.$word.withValue("inside") {
            await gate.run { (isPermitted: BlockingWork.isPermitted, word: Self.word, isCancelled: Task.isCancelled) }
        }
        #expect(here.isPermitted && here.word == "inside" && !here.isCancelled)
        #expect(!BlockingWork.isPermitted, "the task is back among the others")
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await gate.run { Task.isCancelled }
        }
        task.cancel()
        #expect(await task.value)
    }

    @Test("gives back what the work returns or throws")
    func results() async {
        struct Failure: Error {}
        let gate = BlockingGate(width: 1)
        #expect(await gate.run { 7 } == 7)
        await #expect(throws: Failure.self) { try await gate.run { throw Failure() } }
    }

    @Test("lets in no more than its width, in the order in which they come")
    func width() async {
        let gate = BlockingGate(width: 3)
        let shared = Shared()
        await withTaskGroup { group in
            for _ in 0..<64 {
                group.addTask {
                    await gate.run {
                        let count = shared.inside.add(1, ordering: .relaxed).newValue
                        shared.most.max(count, ordering: .relaxed)
                        usleep(1000)
                        shared.inside.subtract(1, ordering: .relaxed)
                    }
                }
            }
        }
        #expect((1...3).contains(shared.most.load(ordering: .relaxed)))
        let serial = BlockingGate(width: 1)
        let order = Mutex<[Int]>([])
        for number in 0..<100 { await serial.run { order.withLock { $0.append(number) } } }
        #expect(order.withLock { $0 } == Array(0..<100))
    }

    @Test("leaves all other tasks alone, however many wait for it", .timeLimit(.minutes(1)))
    func others() async {
        let gate = BlockingGate(width: 1)
        let shared = Shared()
        let waiting = (0..<64).map { _ in
            Task { await gate.run { while !shared.isOpen.load(ordering: .acquiring) { usleep(1000) } } }
        }
        for _ in 0..<50 { await Task { await Task.yield() }.value }
        shared.isOpen.store(true, ordering: .releasing)
        for task in waiting { await task.value }
    }

    @Test("is entered from within itself without waiting for itself")
    func nesting() async {
        let gate = BlockingGate(width: 1)
        let sum = await withTaskExecutorPreference(gate) {
            let one = await gate.run { 1 }
            return one + (await gate.run { 2 })
        }
        #expect(sum == 3)
    }

    @Test("is not needed on a thread that carries out no task")
    func plainThread() async {
        let isPermitted = await withCheckedContinuation { continuation in
            DispatchQueue(label: "test").async { continuation.resume(returning: BlockingWork.isPermitted) }
        }
        #expect(isPermitted)
    }

    #if DEBUG
        @Test("is where blocking work belongs: on a thread that all tasks share, it ends a debug build")
        func check() async {
            await #expect(processExitsWith: .failure) {
                await Task.detached { BlockingWork.begins() }.value
            }
        }
    #endif
}
