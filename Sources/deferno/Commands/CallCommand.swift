import ArgumentParser
import OperationCatalogue
import OperationPipeline
import Synchronization

/// `deferno call`: one operation from the shell.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Carry out one operation and print its payload as JSON; alone, list the operations.",
        discussion: """
            Arguments are one JSON object, or fields one by one: title='Buy milk' labels=home,shop desire=0.5. \
            With := the value is JSON: labels:='["a, b"]', complete_by:=null.

            Examples:
              deferno call create_task title='Buy milk'
              deferno call set_task_status '{"task_id":"7033cae7-eff6-4df1-bed9-01d16e89c2b0","status":"done"}'
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The operation's name.")
    var operation: String?

    @Argument(help: ArgumentHelp("Its arguments.", valueName: "json-or-field=value"))
    var arguments: [String] = []

    func run() async throws {
        guard let operation else {
            StandardStream.output.writeNow(OperationList.text(of: .standard))
            return
        }
        let fields = Catalogue.standard.definition(of: operation)?.fields ?? []
        let object: JSONObject
        do {
            object = try CallArguments.object(from: arguments, fields: fields)
        } catch {
            throw Self.failure("\(operation): \(error.message)", .badData)
        }
        let session = try Session(options, door: .cli)
        let conclusion = await session.carryOut(OperationRequest(operation, object, caller: session.caller))
        await session.close()
        try Self.report(conclusion, of: operation, session)
    }

    private static func report(_ conclusion: Conclusion?, of operation: String, _ session: Session) throws {
        guard let conclusion else {
            throw (session.signals.exitStatus ?? .software).exitCode
        }
        func recordingMustHaveWorked() throws {
            guard case .failed(let error) = conclusion.recording else { return }
            throw failure("the outcome of \(operation) is not in the log: \(error.message)", .inputOutput)
        }
        switch conclusion.outcome.result {
        case .ok(let payload):
            StandardStream.output.append(payload.bytes)
            StandardStream.output.writeNow("\n")
            if let status = StandardStream.output.failureStatus { throw status.exitCode }
            try recordingMustHaveWorked()
        case .failed(let error):
            throw failure(error.report(of: operation), session.signals.exitStatus ?? ExitStatus(error.code))
        case .unknown(let error):
            // Never a status that invites to try again: that could do it twice.
            let message = "\(error.report(of: operation)); whether it happened is not known"
            throw failure(message, session.signals.exitStatus ?? .operationFailed)
        }
    }

    private static func failure(_ message: String, _ status: ExitStatus) -> ExitCode {
        StandardStream.error.writeNow("deferno: error: \(message.escapedForTerminal)\n")
        return status.exitCode
    }
}

extension Session {
    /// Carries out one request.
    func carryOut(_ request: OperationRequest) async -> Conclusion? {
        let given = Mutex<Conclusion?>(nil)
        let submission = Submission(request) { conclusion in given.withLock { $0 = conclusion } }
        await pipeline.run(.once(submission))
        return given.withLock { $0 }
    }
}

extension AsyncStream where Element == [Submission] {
    /// A stream of this submission alone.
    fileprivate static func once(_ submission: Submission) -> AsyncStream<[Submission]> {
        let isGiven = Atomic<Bool>(false)
        return AsyncStream(unfolding: {
            isGiven.exchange(true, ordering: .relaxed) ? nil : [submission]
        })
    }
}

extension OperationError {
    /// The failure in one line for people.
    func report(of operation: String) -> String {
        // Faults of arguments name the operation themselves.
        let sentence = message.hasPrefix(operation) ? message : "\(operation): \(message)"
        return cause.map { "\(sentence) (\($0))" } ?? sentence
    }
}
