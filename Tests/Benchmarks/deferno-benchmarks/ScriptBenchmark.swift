import BatchFrontend
import BenchmarkSupport
import OperationCatalogue
import OperationPipeline

/// Scripts to requests: the whole of the batch frontend, without the pipeline behind it.
enum ScriptBenchmark {
    static let count = 200_000

    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        let forms = [
            ("a list of steps", try workspace.script(ofSteps: count)),
            ("a stream of documents", try workspace.script(ofDocuments: count)),
        ]
        var measurements: [Measurement] = []
        for (form, path) in forms {
            let (requests, events) = try await onOneCore {
                try await sideBySide({ try requestsPerSecond(path) }, { try operationsPerSecond(bare: path) })
            }
            let (replies, _) = try await sideBySide(
                { try await repliesPerSecond(path) },
                { try operationsPerSecond(bare: path) }
            )
            measurements.append(
                Measurement(
                    name: "script to requests, \(form)",
                    unit: "operations/s",
                    value: requests,
                    reference: ("libyaml's bare event loop", events)
                )
            )
            measurements.append(
                Measurement(
                    name: "the same with order, replies and outcomes kept, both cores",
                    unit: "operations/s",
                    value: replies,
                    reference: nil
                )
            )
        }
        return measurements
    }

    private static func requestsPerSecond(_ path: String) throws -> Double {
        let caller = Caller(door: .batch, user: "benchmark")
        let start = Clock.now
        var reader = try ScriptSource.file(path).open().reader(overrides: JSONObject(), keepsPlaces: false)
        var requests = 0
        var script = 0
        while let item = try reader.next() {
            switch item {
            case .begin: script += 1
            case .step(let step):
                if step.literalRequest(ofScript: script, caller, file: path) != nil { requests += 1 }
            case .faulty, .end: break
            }
        }
        guard requests == count else { throw BenchmarkFailure("\(requests) requests of \(count)") }
        return Double(count) / (Clock.now - start)
    }

    private static func repliesPerSecond(_ path: String) async throws -> Double {
        let ledger = BatchLedger { _ in }
        let source = BatchSource(
            [BatchSource.Input(.file(path), check: ScriptCheck())],
            ledger: ledger,
            caller: Caller(door: .batch, user: "benchmark"),
            shutdown: Shutdown(),
            reportFault: { print($0.headline) }
        )
        let outcome = Outcome(result: .ok(JSONText(.null)), nanoseconds: 0)
        let conclusion = Conclusion(id: .version7(), outcome: outcome, recording: .recorded)
        let start = Clock.now
        var requests = 0
        for await submissions in source.stream {
            requests += submissions.count
            for submission in submissions { submission.reply(conclusion) }
        }
        guard requests == count else { throw BenchmarkFailure("\(requests) requests of \(count)") }
        return Double(count) / (Clock.now - start)
    }

    private static func operationsPerSecond(bare path: String) throws -> Double {
        let start = Clock.now
        guard bare_libyaml_events(path) > 0 else { throw BenchmarkFailure("\(path) cannot be read") }
        return Double(count) / (Clock.now - start)
    }
}
