import ArgumentParser
import OperationCatalogue
import OperationLog
import OperationPipeline

/// `deferno log settle`: finds out what became of writes whose fate is unknown.
struct LogSettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Find out what became of writes whose fate is unknown.",
        discussion: """
            Asks the backend for the task of each create, delete and change of status of which the log does not know whether it \
            has happened, and records the answer: from then on the write counts as done (ok), or as not done (failed). Each is \
            printed as one line of NDJSON. What was asked for a moment ago may still be under way and is left alone; so are other \
            writes, since one look at a task does not tell. Ends with 1 where some stay unknown.
            """
    )

    @OptionGroup var options: ConnectionOptions

    @Option(
        name: .customLong("older-than"),
        help: ArgumentHelp("Leave alone what was asked for since: 1m, 30s, 500ms.", valueName: "time"))
    var age = "1m"

    func run() async throws {
        let age: Duration
        do throws(SettingFault) {
            age = try Duration(.text(self.age))
        } catch {
            throw ValidationError("--older-than: \(error.message)")
        }
        let configuration = try Configuration.resolved(flags: options.flags)
        let path = try configuration.logFile()
        let writes = UnknownWrite.all(inLogAt: path, askedBefore: .now, by: age)
        let context = try ProcessContext(configuration, door: .cli)
        let settled = await settle(writes, context)
        await context.close()
        let sentence = "settled \(settled.count) of \(writes.count.counted("write")) of unknown fate"
        StandardStream.error.writeNow("deferno: \(sentence)\n")
        if let error = settled.failure {
            StandardStream.error.writeNow("deferno: error: \(error.message.escapedForTerminal)\n")
            throw ExitStatus(error.code).exitCode
        }
        if let status = context.signals.exitStatus ?? StandardStream.output.failureStatus { throw status.exitCode }
        if settled.count < writes.count { throw ExitStatus.operationFailed.exitCode }
    }

    /// How many could be settled, and what the log was not written for.
    private func settle(_ writes: [UnknownWrite], _ context: ProcessContext) async -> (
        count: Int, failure: OperationError?
    ) {
        var count = 0
        for write in writes where !context.shutdown.hasBegun {
            guard let concluded = await write.settled(by: context) else { continue }
            do throws(OperationError) {
                try await context.pipeline.recorder.record(outcomes: [concluded])
            } catch {
                return (count, error)
            }
            count += 1
            StandardStream.output.append(write.line(concluded.outcome.result.status))
        }
        StandardStream.output.writeNow("")
        return (count, nil)
    }
}

/// A write of which the log does not say whether it has happened.
struct UnknownWrite {
    let id: UniqueIdentifier
    let operation: String
    let arguments: JSONObject
    let asked: Timestamp

    private init?(_ record: LogRecord) {
        guard let id = record.text("id").flatMap({ UniqueIdentifier($0) }), let operation = record.text("op"),
            let asked = record.text("time").flatMap({ Timestamp($0) }),
            let arguments = record.value("args")?.objectValue
        else { return nil }
        (self.id, self.operation, self.arguments, self.asked) = (id, operation, arguments, asked)
    }

    /// Those that were asked for longer than `age` before `now`, the oldest first.
    static func all(inLogAt path: String, askedBefore now: Timestamp, by age: Duration) -> [UnknownWrite] {
        let paths = LogSegments.of(path).map(\.path)
        var settled: Set<UniqueIdentifier> = []
        _ = LogScan(paths) { _ in }.run { record, _ in
            if let id = record.text("settles").flatMap({ UniqueIdentifier($0) }) { settled.insert(id) }
            return true
        }
        let (seconds, attoseconds) = age.components
        var filter = LogFilter()
        filter.statuses = [OutcomeStatus.unknown.rawValue]
        filter.until = Timestamp(
            seconds: now.seconds - seconds - (attoseconds > 0 ? 1 : 0), nanoseconds: now.nanoseconds)
        var writes: [UnknownWrite] = []
        _ = LogScan(paths, for: filter) { _ in }.operations(of: filter) { record in
            if let write = UnknownWrite(record), !settled.contains(write.id) { writes.append(write) }
            return true
        }
        return writes.sorted { $0.asked < $1.asked }
    }

    /// The outcome that settles it, as the backend has shown it; `nil` where it has shown nothing.
    func settled(by context: ProcessContext) async -> ConcludedOperation? {
        guard let (definition, operation) = try? Catalogue.standard.resolve(operation, arguments),
            let question = operation.fateQuestion
        else { return nil }
        let look = await context.carryOut(
            OperationRequest(question.operation, question.arguments, caller: context.caller))
        guard let outcome = look?.outcome, let answer = question.answer(outcome.result, asked: asked) else {
            return nil
        }
        let result: OperationResult
        switch answer {
        case .happened:
            if case .ok = outcome.result { result = outcome.result } else { result = .ok(JSONText(.null)) }
        case .didNotHappen(let sign):
            result = .failed(OperationError(.notRun, "it has not happened: \(sign)"))
        }
        return ConcludedOperation(
            id: .version7(), request: OperationRequest(self.operation, arguments, caller: context.caller),
            definition: definition, hasIntent: false,
            outcome: Outcome(result: result, nanoseconds: outcome.nanoseconds), settles: id)
    }

    func line(_ status: OutcomeStatus) -> [UInt8] {
        var writer = JSONWriter()
        writer.value([
            "settles": .string(id.description), "op": .string(operation), "status": .string(status.rawValue),
            "args": .object(arguments),
        ])
        writer.newline()
        return writer.takeBytes()
    }
}
