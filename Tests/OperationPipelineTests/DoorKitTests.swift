import OperationCatalogue
import OperationPipeline
import Synchronization
import Testing

@Suite("A door for single requests", .timeLimit(.minutes(1)))
struct RequestDoorTests {
    private let bench = Bench()

    private func request(_ operation: String, _ arguments: JSONObject = [:]) -> OperationRequest {
        OperationRequest(operation, arguments, caller: bench.caller)
    }

    @Test("Each is carried out and answered, however many ask at a time; the pipeline ends when the door is closed")
    func carryOut() async {
        let door = RequestDoor()
        let pipeline = Pipeline(
            recorder: JournalRecorder(journal: bench.journal), backend: ScriptedBackend(bench.journal))
        async let run: Void = pipeline.run(door.submissions, until: Shutdown())
        let results = await withTaskGroup { group in
            for number in 0..<400 {
                group.addTask { await door.carryOut(request(number % 4 == 0 ? "fly_to_moon" : "whoami")) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0.status == .ok } == 300)
        #expect(results.count { $0.error?.code == .unknownOperation } == 100)
        door.close()
        await run
    }

    @Test("What waits when it is closed is carried out, what comes later is refused")
    func close() async {
        let door = RequestDoor()
        let early = Task { await door.carryOut(request("whoami")) }
        let pipeline = Pipeline(
            recorder: JournalRecorder(journal: bench.journal), backend: ScriptedBackend(bench.journal))
        async let run: Void = pipeline.run(door.submissions, until: Shutdown())
        #expect(await early.value.status == .ok)
        door.close()
        await run
        let late = await door.carryOut(request("whoami"))
        #expect(late.status == .skipped && late.error?.code == .cancelled)
    }
}

@Suite("An outcome on the wire")
struct WireOutcomeTests {
    private func line(
        _ result: OperationResult, of operation: String = "create_task", id: String? = nil
    ) throws -> String {
        let request = OperationRequest(operation, [:], id: id, caller: Caller(door: .batch, user: "ada"))
        let name = try #require(UniqueIdentifier("01a22f57-ce72-7e80-b13e-c1bc6c74f284"))
        let outcome = Outcome(result: result, nanoseconds: 1_900_000)
        var writer = JSONWriter()
        WireOutcome(of: request, Conclusion(id: name, outcome: outcome, recording: .recorded)).writeLine(to: &writer)
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    @Test("Done, under the name that it was given or else that in the log, with its payload as it came")
    func ok() throws {
        let payload = OperationResult.ok(JSONText(trusted: Array(#"{"b": 1,"a":2}"#.utf8)))
        #expect(
            try line(payload, id: "n1")
                == #"{"id":"n1","op":"create_task","status":"ok","result":{"b": 1,"a":2},"ms":1.9}"# + "\n")
        #expect(
            try line(payload).hasPrefix(
                #"{"id":"01a22f57-ce72-7e80-b13e-c1bc6c74f284","op":"create_task","status":"ok""#)
        )
    }

    @Test("Failed and unknown, with the error")
    func errors() throws {
        let error = OperationError(.notFound, "task not found", status: 404)
        #expect(
            try line(.failed(error), of: "get_task", id: "n2")
                == #"{"id":"n2","op":"get_task","status":"failed","error":{"code":"not_found","status":404,"#
                + #""message":"task not found"},"ms":1.9}"# + "\n")
        #expect(try line(.unknown(error)).contains(#""status":"unknown","error":{"#))
    }

    @Test("Skipped, without a time and without a name of the log")
    func skipped() throws {
        #expect(try line(.skipped(nil)) == #"{"op":"create_task","status":"skipped"}"# + "\n")
        #expect(
            try line(.skipped(.notRun), id: "n3")
                == #"{"id":"n3","op":"create_task","status":"skipped","error":{"code":"not_run","#
                + #""message":"not run, since an earlier step did not succeed"}}"# + "\n")
    }

    @Test("A search that has found as many as it gives says so")
    func limit() throws {
        let full = JSONText(.array(Array(repeating: [:], count: 200)))
        #expect(try line(.ok(full), of: "search_tasks").contains(#""limit_reached":200,"ms""#))
        #expect(try !line(.ok(JSONText([])), of: "search_tasks").contains("limit_reached"))
    }
}

@Suite("The budget of an end")
struct ShutdownBudgetTests {
    @Test("An agent's server has a result for everything within two seconds, before its own watchdog looks")
    func agent() {
        let budget = ShutdownBudget.agent
        #expect(budget.untilResults + budget.closing < .seconds(2))
        #expect(budget.answers > budget.untilResults)
    }

    @Test("The pipeline's own times end before the process is ended", arguments: [ShutdownBudget.command, .agent])
    func whole(budget: ShutdownBudget) {
        #expect(budget.untilResults + budget.closing < budget.whole)
        #expect(budget.connections < budget.whole)
    }
}
