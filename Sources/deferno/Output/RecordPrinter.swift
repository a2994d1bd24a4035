import OperationCatalogue
import OperationLog

/// Prints records as they come: as they are, or as lines for people.
final class RecordPrinter {
    private let isText: Bool
    private var hasHeader = false

    init(isText: Bool) { self.isText = isText }

    /// Prints whole lines and returns once the system has taken them. What is no record is left out, and said so.
    ///
    /// - Returns: whether anybody still reads.
    func print(_ lines: UnsafeRawBufferPointer) -> Bool {
        // The terminal may have another width by now.
        let line = isText ? RecordLine() : nil
        if let line, !hasHeader {
            StandardStream.output.append(line.columns.header + "\n")
            hasHeader = true
        }
        var start = 0
        while let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) {
            print(UnsafeRawBufferPointer(rebasing: lines[start..<end]), line)
            start = end + 1
        }
        StandardStream.output.writeNow("")
        return !StandardStream.output.isBroken
    }

    private func print(_ bytes: UnsafeRawBufferPointer, _ line: RecordLine?) {
        // A writer that could not tell whether another had ended its line leaves an empty one.
        guard !bytes.isEmpty else { return }
        guard let text = try? JSONText(validating: bytes), text.bytes.first == UInt8(ascii: "{") else {
            Self.warn("left out a line of \(bytes.count) bytes that is no record: it was torn by a crash, or changed")
            return
        }
        if let line, let record = try? text.value() {
            StandardStream.output.append(line.text(of: record) + "\n")
        } else {
            StandardStream.output.append(bytes)
            StandardStream.output.append(CollectionOfOne(UInt8(ascii: "\n")))
        }
    }

    static func warn(_ sentence: String) {
        StandardStream.error.writeNow("deferno: warning: \(sentence.escapedForTerminal)\n")
    }
}

/// A record in a line for people.
struct RecordLine {
    let columns = LogColumns()

    func text(of record: JSONValue) -> String {
        let kind = record["kind"]?.stringValue ?? ""
        var cells = LogColumns.Cells(
            time: record["time"]?.stringValue ?? "", door: record["door"]?.stringValue ?? "",
            who: record["client"]?["name"]?.stringValue ?? record["user"]?.stringValue ?? "",
            operation: record["op"]?.stringValue ?? kind,
            status: record["status"]?.stringValue ?? (kind == "intent" ? "begins" : ""),
            milliseconds: record["ms"]?.doubleValue)
        switch kind {
        case "intent", "outcome":
            cells.subject = OperationLine.subject(of: record)
            cells.place = OperationLine.place(of: record)
        case "access":
            cells.operation = record["method"]?.stringValue ?? ""
            cells.status = record["http_status"]?.integerValue.map { "\($0)" } ?? ""
            cells.subject = Self.access(record)
        case "run.begin", "run.end": OperationLine.fill(&cells, run: record, columns)
        default: cells.subject = Self.ofLog(record)
        }
        return columns.text(cells)
    }

    private static func access(_ record: JSONValue) -> String {
        let path = record["path"]?.stringValue ?? ""
        let address = record["address"]?.stringValue.map { " from \($0)" } ?? ""
        // Refused requests of one address are summed up.
        let count = record["count"]?.integerValue.map { "\($0) requests: " } ?? ""
        return "\(count)\(path)\(address)"
    }

    /// What a record of the log itself says.
    private static func ofLog(_ record: JSONValue) -> String {
        var words: [String] = []
        if let program = record["program"] {
            words.append([program["name"], program["version"]].compactMap { $0?.stringValue }.joined(separator: " "))
        }
        if let pid = record["pid"]?.integerValue { words.append("process \(pid)") }
        if let host = record["host"]?.stringValue { words.append("on \(host)") }
        if record["final"]?.boolValue == true { words.append("the writer's last") }
        if record["signature"] != nil { words.append("signed") }
        if let bytes = record["bytes"]?.integerValue { words.append("a torn line of \(bytes) bytes") }
        if let segments = record["segments"]?.arrayValue {
            words.append(segments.compactMap { $0["name"]?.stringValue }.joined(separator: " "))
        }
        return words.joined(separator: ", ")
    }
}
