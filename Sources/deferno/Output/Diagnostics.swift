import Logging
import OperationCatalogue

/// What the program says about itself, on standard error: for people in plain lines, else as NDJSON.
struct DiagnosticsHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let label: String

    init(label: String, level: Logger.Level) {
        self.label = label
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let metadata = metadata.merging(event.metadata ?? [:]) { $1 }
        StandardStream.error.writeNow(
            StandardStream.error.isTerminal
                ? line(event.level, "\(event.message)", metadata) : record(event.level, "\(event.message)", metadata)
        )
    }

    private func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
        let details = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        return "deferno: \(level): \("\(message)\(details)".escapedForTerminal)\n"
    }

    private func record(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) -> String {
        var object: JSONObject = [
            "time": .string(Timestamp.now.text(fractionDigits: 6)),
            "level": .string(level.rawValue),
            "logger": .string(label),
            "message": .string(message),
        ]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { object[key] = .string("\(value)") }
        return String(decoding: JSONText(.object(object)).bytes, as: UTF8.self) + "\n"
    }
}

enum Diagnostics {
    static let levelVariable = "DEFERNO_LOG_LEVEL"

    /// Sends the program's log messages to standard error from now on. Called once, before anything logs.
    static func bootstrap(_ name: Resolved<LogLevelName>) {
        let level = level(named: name.value.text)
        LoggingSystem.bootstrap { DiagnosticsHandler(label: $0, level: level ?? .warning) }
        if level == nil {
            Logger(label: "deferno").warning(
                "\(name.source)=\(name.value.text) is no level; expected trace, debug, info, notice, warning, error or critical"
            )
        }
    }

    /// The level of this name: swift-log's, or one of Python's, which the seed's variable took, in any case.
    static func level(named name: String) -> Logger.Level? {
        switch name.lowercased() {
        case "warn": .warning
        case "fatal": .critical
        case let name: Logger.Level(rawValue: name)
        }
    }
}
