import Glibc
import Synchronization
import Testing

@testable import OperationPipeline

/// What threads and tasks count together.
private final class Count: Sendable {
    private let count = Atomic<Int>(0)

    func add() { count.add(1, ordering: .acquiringAndReleasing) }
    var value: Int { count.load(ordering: .acquiring) }
}

@Suite("A queue that is pulled", .timeLimit(.minutes(2)))
struct PullQueueTests {
    @Test("hands over in the order of arrival, as much as it is asked for, and then the end")
    func order() async {
        let queue = PullQueue<Int>()
        queue.add([1, 2])
        queue.add([])
        queue.add([3, 4, 5])
        #expect(await queue.next { _ in 2 } == [1, 2])
        #expect(await queue.next { $0.first == 3 ? 1 : 0 } == [3])
        queue.end()
        #expect(await queue.next() == [4, 5])
        #expect(await queue.next() == nil)
        #expect(await queue.next() == nil)
    }

    @Test("hands over one at least, and no more than there are, whatever it is told")
    func portions() async {
        let queue = PullQueue<Int>()
        queue.add([1, 2, 3])
        #expect(await queue.next { _ in -7 } == [1])
        #expect(await queue.next { _ in .max } == [2, 3])
    }

    @Test("Whoever waits gets what comes at once, or the end")
    func waiting() async {
        let queue = PullQueue<Int>()
        for round in 0..<500 {
            async let taken = queue.next()
            if round % 2 == 0 { await Task.yield() }
            queue.add([round])
            #expect(await taken == [round])
        }
        async let last = queue.next()
        await Task.yield()
        queue.end()
        #expect(await last == nil)
    }

    @Test("takes nothing in after its end, nor beyond its budget, until some of what waits has gone")
    func budget() async {
        let few = PullQueue<Int>(PullQueue.Budget(count: 2))
        #expect(few.add([1]) && few.add([2, 3, 4]) && !few.add([5]))
        #expect(await few.next { _ in 2 } == [1, 2])
        #expect(!few.add([5]), "two wait still")
        #expect(await few.next { _ in 1 } == [3])
        #expect(few.add([5]))
        few.end()
        #expect(!few.add([6]))
        #expect(await few.next() == [4, 5])

        let short = PullQueue<String>(PullQueue.Budget(bytes: 10)) { $0.utf8.count }
        #expect(short.add(["123456789"]) && short.add(["a very long one"]) && !short.add(["x"]))
        #expect(await short.next { _ in 1 } == ["123456789"])
        #expect(!short.add(["x"]))
        #expect(await short.next() == ["a very long one"])
        #expect(short.add(["x"]))
    }

    @Test("A thread that adds is held up as long as there is no room, and everything it adds comes once and in order")
    func heldUp() async throws {
        let queue = PullQueue<Int>(PullQueue.Budget(count: 4))
        let added = Count()
        let thread = try #require(
            BlockingThread {
                for number in 0..<10_000 where queue.addWaiting(number) { added.add() }
                queue.end()
            })
        #expect(await eventually { added.value == 4 })
        var taken: [Int] = []
        while let elements = await queue.next({ _ in 3 }) {
            taken += elements
            #expect(added.value <= taken.count + 4)
        }
        #expect(taken == Array(0..<10_000))
        await thread.join()
    }

    @Test("The end lets go of a thread that is held up, and of several, and what they had is not added")
    func endOfHeldUp() async throws {
        let queue = PullQueue<Int>(PullQueue.Budget(count: 1))
        queue.add([0])
        let refused = Count()
        let threads = try (1...5).map { number in
            try #require(
                BlockingThread {
                    if !queue.addWaiting(number) { refused.add() }
                })
        }
        queue.end()
        for thread in threads { await thread.join() }
        #expect(refused.value == 5)
        #expect(await queue.next() == [0])
        #expect(await queue.next() == nil)
    }

    @Test("What is for whoever waits is kept for nobody else")
    func giveToWaiting() async {
        let queue = PullQueue<Int>()
        queue.giveToWaiting(1)
        queue.add([2])
        queue.giveToWaiting(3)
        #expect(await queue.next() == [2])
        let taken = Task { await queue.next() }
        // As often as it takes for the task to wait.
        let giving = Task {
            while !Task.isCancelled {
                queue.giveToWaiting(4)
                await Task.yield()
            }
        }
        #expect(await taken.value == [4])
        giving.cancel()
    }

    @Test("The rest is taken once, and makes room")
    func rest() async {
        let queue = PullQueue<Int>(PullQueue.Budget(count: 3, bytes: 3)) { _ in 1 }
        queue.add([1, 2, 3])
        #expect(await queue.next { _ in 1 } == [1])
        #expect(queue.takeRest() == [2, 3])
        #expect(queue.takeRest() == [])
        #expect(queue.add([4, 5]) && queue.add([6]) && !queue.add([7]))
        queue.end()
        #expect(queue.takeRest() == [4, 5, 6])
        #expect(await queue.next() == nil)
    }

    @Test("What many threads add at a time is handed over once each, and that of each in its order")
    func manyThreads() async throws {
        let queue = PullQueue<(thread: Int, number: Int)>(PullQueue.Budget(count: 16))
        let threads = try (0..<8).map { thread in
            try #require(BlockingThread { for number in 0..<500 { queue.addWaiting((thread, number)) } })
        }
        let ending = Task {
            for thread in threads { await thread.join() }
            queue.end()
        }
        var taken = Array(repeating: [Int](), count: 8)
        while let elements = await queue.next() {
            for element in elements { taken[element.thread].append(element.number) }
        }
        await ending.value
        #expect(taken.allSatisfy { $0 == Array(0..<500) })
    }

    @Test("It keeps nothing of what has gone, also when it is never empty")
    func memory() async {
        final class Token: Sendable {}
        let queue = PullQueue<Token>()
        weak var first: Token?
        do {
            let token = Token()
            first = token
            queue.add([token])
        }
        queue.add((0..<3).map { _ in Token() })
        for _ in 0..<4 {
            queue.add([Token()])
            _ = await queue.next { _ in 1 }
        }
        #expect(first == nil)
    }
}

@Suite("A thread of its own", .timeLimit(.minutes(2)))
struct BlockingThreadTests {
    @Test("Whoever joins it waits for the end of its body, however many they are and whenever they come")
    func join() async throws {
        let (isOpen, hasEnded) = (Count(), Count())
        let thread = try #require(
            BlockingThread {
                while !(isOpen.value > 0) { usleep(100) }
                usleep(20_000)
                hasEnded.add()
            })
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    await thread.join()
                    #expect((hasEnded.value > 0))
                }
            }
            isOpen.add()
        }
        await thread.join()
    }

    @Test("It goes on when nobody keeps it, and lets go of what its body has held")
    func notKept() async {
        final class Token: Sendable {}
        weak var token: Token?
        let hasEnded = Count()
        do {
            let held = Token()
            token = held
            _ = BlockingThread {
                _ = held
                usleep(5000)
                hasEnded.add()
            }
        }
        #expect(await eventually { (hasEnded.value > 0) })
        for _ in 0..<400 where token != nil { try? await Task.sleep(for: .milliseconds(5)) }
        #expect(token == nil)
    }

    @Test("Blocking work may begin on it")
    func mayBlock() async throws {
        let isPermitted = Count()
        let thread = try #require(BlockingThread { if BlockingWork.isPermitted { isPermitted.add() } })
        await thread.join()
        #expect((isPermitted.value == 1))
    }
}
