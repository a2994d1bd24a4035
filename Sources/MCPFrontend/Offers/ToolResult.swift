package import OperationCatalogue
import OperationPipeline

/// The end of an operation as the result of a tool call.
package struct ToolResult: Sendable {
    private let content: Content
    private let form: PayloadForm
    /// That there may be more than the payload has.
    private let limitNotice: String?

    private enum Content {
        /// A payload, shown as it is.
        case payload(JSONText)
        /// A payload of which a sentence is shown.
        case notice(String, JSONText)
        /// What went wrong, in the seed's words, and what to do about it.
        case failure(String, advice: String?)
    }

    /// - Parameter selection: what is offered beside the tool: advice names no other tools.
    package init(
        _ result: OperationResult, of definition: OperationDefinition, selection: ToolSelection,
        signIn: SignInAdvice = SignInAdvice()
    ) {
        func advice(on error: OperationError) -> String? { signIn.text(on: error, of: definition, selection) }
        form = definition.payload
        limitNotice = definition.limitNotice(of: result)
        switch result {
        case .ok(let payload, _):
            content = Self.notice(in: payload, of: definition).map { .notice($0, payload) } ?? .payload(payload)
        case .failed(let error), .skipped(.some(let error)):
            content = .failure(error.sentenceForModel(of: definition), advice: advice(on: error))
        case .unknown(let error):
            let look = Self.adviceOnUnknown(definition, selection, isDone: result.isDoneWithoutRecord)
            let advice = [look, advice(on: error)]
            content = .failure(
                error.sentenceForModel(of: definition), advice: advice.compactMap(\.self).joined(separator: " "))
        case .skipped(nil):
            content = .failure(OperationError.notRun.message, advice: nil)
        case .spooled:
            content = .failure(OperationError.unaskedPieces.message, advice: nil)
        }
    }

    package var isError: Bool {
        if case .failure = content { return true }
        return false
    }

    /// Roughly the number of bytes that the result takes, so that a writer can make room once.
    package var sizeEstimate: Int {
        switch content {
        case .payload(let payload), .notice(_, let payload): payload.bytes.count * 9 / 4 + 128
        case .failure(let text, let advice): text.utf8.count + (advice?.utf8.count ?? 0) + 128
        }
    }

    /// Appends the members of a `CallToolResult` into an object that has begun: `content`, where the version knows it
    /// `structuredContent`, and `isError`. A failure has no structured content, since that would have to keep to the tool's
    /// output schema. What should be done about a failure is a text of its own: the first one is the seed's, byte for byte.
    package func writeMembers(for version: ProtocolVersion, to writer: inout JSONWriter) {
        writer.key("content")
        writer.beginArray()
        switch content {
        case .payload(let payload):
            writer.textBlock { $0.string(payload) }
            if let limitNotice { writer.textBlock { $0.string(limitNotice) } }
        case .notice(let notice, _): writer.textBlock { $0.string(notice) }
        case .failure(let text, let advice):
            writer.textBlock { $0.string(text) }
            if let advice { writer.textBlock { $0.string(advice) } }
        }
        writer.endArray()
        if version.hasTitlesAndStructure { writeStructuredContent(to: &writer) }
        writer.key("isError")
        writer.bool(isError)
    }

    private func writeStructuredContent(to writer: inout JSONWriter) {
        switch content {
        case .failure: return
        case .payload(let payload), .notice(_, let payload):
            writer.key("structuredContent")
            if case .object = form, payload.bytes.first == UInt8(ascii: "{") {
                writer.raw(payload)
            } else {
                writer.beginObject()
                writer.key(JSONSchema.wrapper)
                writer.raw(payload)
                writer.endObject()
            }
        }
    }

    /// The sentence that the seed shows for an operation whose payload is nothing but that.
    private static func notice(in payload: JSONText, of definition: OperationDefinition) -> String? {
        guard definition.payload.isObject(.notice) else { return nil }
        return (try? payload.value())?[.message]?.stringValue
    }
}

// MARK: - Failures

extension ToolResult {
    /// - Parameter isDone: whether only its record is missing.
    private static func adviceOnUnknown(
        _ definition: OperationDefinition, _ selection: ToolSelection, isDone: Bool
    ) -> String {
        let concernsTask = definition.fields.contains { $0.name == TaskFields.taskID.name }
        let concernsTasks = definition.session == nil
        let look = concernsTask ? GetTask.definition : concernsTasks ? ListTasks.definition : WhoAmI.definition
        let way = selection.offersTool(look.name) ? "look with \(look.name)" : "have the user look"
        let repeating =
            definition.isIdempotent
            ? "doing it once more with the same arguments does no harm"
            : "doing it once more would add to what is there"
        if isDone {
            return """
                \(definition.name) took effect, and the log lacks that: do not report it as failed, and do not repeat it; \
                \(way) what is there now, and tell the user that the log needs attention.
                """
        }
        return """
            It is not known whether \(definition.name) happened: it may or may not have taken effect. Before you repeat it, \
            \(way) what is there now; if it did happen, \(repeating).
            """
    }
}

extension OperationError {
    /// The error as a model gets to read it: in the seed's words where a backend has answered with a status, and otherwise
    /// a plain sentence.
    package func sentenceForModel(of definition: OperationDefinition) -> String {
        if let status {
            let code = backendCode.map { " [\($0)]" } ?? ""
            return "Deferno API error \(status)\(code): \(message)"
        }
        guard code == .invalidArguments, !faults.isEmpty else { return message }
        let places = faults.map { "\($0.place): \($0.message)" }.joined(separator: "; ")
        return "Invalid arguments for \(definition.name), nothing was done: \(places)"
    }
}

extension JSONWriter {
    /// Writes a block of text content, whose text `body` writes as a string.
    mutating func textBlock(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        key("type")
        string("text")
        key("text")
        body(&self)
        endObject()
    }
}
