import ArgumentParser
import OperationCatalogue
import OperationPipeline

/// `deferno call`: one operation from the shell.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Carry out one operation and print its payload as JSON; alone, list the operations.",
        discussion: """
            Arguments are one JSON object, or fields one by one: title='Buy milk' labels=home,shop desire=0.5. \
            With := the value is JSON: labels:='["a, b"]', complete_by:=null. @FILE reads the object from a file and - from \
            standard input, of whatever size.

            Examples:
              deferno call create_task title='Buy milk'
              deferno call set_task_status '{"task_id":"7033cae7-eff6-4df1-bed9-01d16e89c2b0","status":"done"}'
              deferno call import_tasks @tasks.json
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The operation's name.")
    var operation: String?

    @Argument(help: ArgumentHelp("Its arguments.", valueName: "json|field=value|@file|-"))
    var arguments: [String] = []

    func run() async throws {
        guard let operation else {
            StandardStream.output.writeNow(OperationList.text)
            return
        }
        let fields = Catalogue.standard.definition(of: operation)?.fields ?? []
        let given: CallArguments
        do {
            if let input = CallInput(arguments) {
                given = try await input.arguments(for: fields)
            } else {
                given = try CallArguments(arguments, fields: fields)
            }
        } catch {
            throw Self.failure("\(operation): \(error.message)", .badData)
        }
        let context = try ProcessContext(options, door: .cli)
        let request = OperationRequest(
            operation, given.object, lists: given.lists, caller: context.caller, takesPieces: true)
        let conclusion = await context.carryOut(request)
        await context.close()
        try await Self.report(conclusion, of: operation, context)
    }

    private static func report(_ conclusion: Conclusion?, of operation: String, _ context: ProcessContext) async throws
    {
        if let result = conclusion?.outcome.result, result.status == .ok {
            try await show(result, of: operation)
            StandardStream.output.writeNow("\n")
            if let status = StandardStream.output.failureStatus { throw status.exitCode }
            if let notice = Catalogue.standard.definition(of: operation)?.limitNotice(of: result) {
                StandardStream.error.writeNow("deferno: \(operation): \(notice)\n")
            }
        }
        if let failure = OperationFailure(of: operation, conclusion, context.signals.exitStatus) {
            throw failure.report()
        }
    }

    /// Prints a payload; of one that lies in a file, no more than a piece is in memory.
    private static func show(_ result: OperationResult, of operation: String) async throws {
        switch result {
        case .ok(let payload, _): StandardStream.output.append(payload.bytes)
        case .spooled(let text):
            do {
                try await text.forEachPiece(ofAtMost: 1 << 18) { piece in
                    StandardStream.output.append(piece)
                    await StandardStream.output.flush()
                    if let status = StandardStream.output.failureStatus { throw status.exitCode }
                }
            } catch let error as OperationError {
                throw failure("\(error.report(of: operation)); what was printed is not whole", .inputOutput)
            }
        case .failed, .unknown, .skipped: break
        }
    }

    private static func failure(_ message: String, _ status: ExitStatus) -> ExitCode {
        OperationFailure(message: message, status: status).report()
    }
}
