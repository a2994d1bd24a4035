import BatchFrontend
import Glibc
import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing
import YAMLEvents

/// The tests of the whole target share the process's memory, so what is counted is what is held: what a reader gives and
/// what a ledger keeps, as the weak references and the distances that only a stream has.
@Suite("Constant memory")
struct ConstantMemoryTests {
    @Test(
        "Of thirty thousand steps or documents only a few are read ahead of what is carried out",
        arguments: ["steps", "documents"]
    )
    func readAhead(form: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.pipe()
        let backend = AnsweringBackend(batchSize: 64, remembers: false)
        let held = Held()
        let ledger = BatchLedger { _ in held.done() }
        let shutdown = Shutdown()
        let source = BatchSource(
            [BatchSource.Input(.file(path), check: ScriptCheck(referredIDs: []))], ledger: ledger,
            caller: Caller(door: .batch, user: "test"),
            shutdown: shutdown, reportFault: { _ in })
        let pipeline = Pipeline(recorder: ForgetfulRecorder(), backend: backend)
        let count = 30_000
        async let writing: Void = onThread {
            let writer = try FileWriter(path, blocksUntilRead: true)
            if form == "steps" { writer.write("steps:\n") }
            for block in 0..<count / 100 {
                var text = ""
                for number in 0..<100 {
                    text +=
                        form == "steps"
                        ? "- {op: create_task, args: {title: t\(block * 100 + number)}}\n"
                        : "---\nop: create_task\nargs: {title: t\(block * 100 + number)}\n"
                }
                guard writer.write(Array(text.utf8)) else { return }
                held.written(100)
            }
        }
        let ended = await endsWithin(seconds: 120) { await pipeline.run(source.stream, until: shutdown) }
        try #require(ended)
        try await writing
        #expect(ledger.summary.ok == count)
        // The pipe itself holds 64 KiB, which are some 1,700 steps; read ahead are 512 items and what is under way.
        #expect(held.greatest < 8000, "\(held.greatest) steps were read but not reported")
    }

    @Test("Twenty thousand steps with ids that nobody refers to run to their end")
    func resultsAreDropped() async throws {
        var text = "steps:\n"
        for number in 0..<20_000 { text += "- {id: s\(number), op: create_task, args: {title: t}}\n" }
        var runner = BatchRunner(backend: AnsweringBackend(remembers: false))
        runner.overrides = ["x": 1]
        let report = try await runner.run(text)
        #expect(report.summary.ok == 20_000)
    }

    @Test("A for_each over twenty thousand elements is pulled, not spread out at once")
    func elements() async throws {
        let folder = try TemporaryFolder()
        let list = (0..<20_000).map { "\($0)" }.joined(separator: ", ")
        let path = try folder.file(
            text: "steps:\n  - {op: create_task, for_each: [\(list)], args: {title: \"t${{ item }}\"}}\n")
        let backend = AnsweringBackend(batchSize: 64, remembers: false)
        let last = Mutex(-1)
        let ledger = BatchLedger { outcome in
            let follows = last.withLock { last in
                defer { last = outcome.index ?? -2 }
                return outcome.index == last + 1
            }
            if !follows { Issue.record("element \(outcome.index ?? -2) out of order") }
        }
        let shutdown = Shutdown()
        let source = BatchSource(
            [BatchSource.Input(.file(path), check: ScriptCheck(referredIDs: []))], ledger: ledger,
            caller: Caller(door: .batch, user: "test"),
            shutdown: shutdown, reportFault: { _ in })
        let greatest = Mutex(0)
        let pulled = Mutex(0)
        let counted = AsyncStream<[Submission]>(unfolding: { [stream = PulledBox(source.stream)] in
            let submissions = await stream.next()
            let ahead = pulled.withLock { pulled in
                pulled += submissions?.count ?? 0
                return pulled - ledger.summary.steps
            }
            greatest.withLock { $0 = max($0, ahead) }
            return submissions
        })
        await Pipeline(recorder: ForgetfulRecorder(), backend: backend).run(counted, until: shutdown)
        #expect(ledger.summary.ok == 20_000)
        #expect(greatest.withLock { $0 } <= 4 * PipelineLimits.pullSize)
    }

    @Test(
        "The reader itself grows by nothing between 3,000 and 60,000 steps or documents",
        arguments: ["steps", "documents"])
    func reader(form: String) async throws {
        // In a process of its own: other tests take and give back memory meanwhile.
        try await #require(processExitsWith: .success) { [form = form as String] in
            func items(_ count: Int) throws -> Int {
                let folder = try TemporaryFolder()
                var text = form == "steps" ? "steps:\n" : ""
                text.reserveCapacity(count * 40)
                for number in 0..<count {
                    text += form == "steps" ? "- {op: whoami, id: s\(number)}\n" : "---\n{op: whoami}\n"
                }
                let path = try folder.file("\(count).yaml", text: text)
                text = ""
                return ScriptSource.file(path).check(overrides: JSONObject()).stepCount
            }
            let few = try items(3000)
            let before = residentKilobytes()
            let many = try items(60_000)
            #expect(few == 3000 && many == 60_000)
            // A reader that kept its steps would need more than 100 MB for them.
            #expect(residentKilobytes() - before < 60_000)
        }
    }
}

/// The second word of `/proc/self/statm`, pages of memory in use.
private func residentKilobytes() -> Int {
    let descriptor = open("/proc/self/statm", O_RDONLY)
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 200)
    let count = read(descriptor, &bytes, bytes.count)
    let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    return (words.dropFirst().first.flatMap { Int($0) } ?? 0) * 4
}

/// How many steps were written but not reported, at most.
private final class Held: Sendable {
    private let state = Mutex((written: 0, done: 0, greatest: 0))

    var greatest: Int { state.withLock { $0.greatest } }

    func written(_ count: Int) {
        state.withLock { state in
            state.written += count
            state.greatest = max(state.greatest, state.written - state.done)
        }
    }

    func done() { state.withLock { $0.done += 1 } }
}

/// An iterator that one closure pulls from, one call at a time.
private final class PulledBox: @unchecked Sendable {
    private var iterator: AsyncStream<[Submission]>.Iterator

    init(_ stream: AsyncStream<[Submission]>) { iterator = stream.makeAsyncIterator() }

    func next() async -> [Submission]? { await iterator.next(isolation: nil) }
}
