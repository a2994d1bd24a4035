import OperationCatalogue
import OperationPipeline

/// What a client that asks for it is told of an operation (`notifications/message`).
struct LogMessage {
    let level: LoggingLevel
    private let data: JSONValue

    /// `nil` for an operation that was not begun.
    init?(_ conclusion: Conclusion, of call: OperationCall) {
        var data: JSONObject = ["operation": .string(call.name.cut), "log_id": .string("\(conclusion.id)")]
        data["status"] = .string(conclusion.outcome.result.status.rawValue)
        data["ms"] = .number(conclusion.outcome.milliseconds)
        if let error = conclusion.outcome.result.error {
            data["code"] = .string(error.code.rawValue)
            data["message"] = .string(error.message)
        }
        switch (conclusion.recording, conclusion.outcome.result) {
        case (.notAccepted, _): return nil
        case (.failed(let error), _):
            data["log"] = .string(error.message)
            level = .critical
        case (_, .ok), (_, .spooled): level = .info
        case (_, .failed), (_, .skipped): level = .warning
        case (_, .unknown): level = .error
        }
        self.data = .object(data)
    }

    var line: [UInt8] {
        MessageWriting.notification("notifications/message") { writer in
            writer.key("level")
            writer.string(level.rawValue)
            writer.key("logger")
            writer.string("operations")
            writer.key("data")
            writer.value(data)
        }
    }
}
