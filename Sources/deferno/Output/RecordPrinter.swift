import OperationCatalogue

/// Prints records as they come: as they are, or as lines for people.
final class RecordPrinter {
    private let isText: Bool

    init(isText: Bool) { self.isText = isText }

    /// Prints whole lines and returns once the system has taken them. What is no record is left out, and said so.
    ///
    /// - Returns: whether anybody still reads.
    func print(_ lines: UnsafeRawBufferPointer) -> Bool {
        var start = 0
        while let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) {
            print(line: UnsafeRawBufferPointer(rebasing: lines[start..<end]))
            start = end + 1
        }
        StandardStream.output.writeNow("")
        return !StandardStream.output.isBroken
    }

    private func print(line: UnsafeRawBufferPointer) {
        // A writer that could not tell whether another had ended its line leaves an empty one.
        guard !line.isEmpty else { return }
        guard let text = try? JSONText(validating: line), text.bytes.first == UInt8(ascii: "{") else {
            Self.warn("left out a line of \(line.count) bytes that is no record: it was torn by a crash, or changed")
            return
        }
        if isText, let record = try? text.value() {
            StandardStream.output.append(Self.text(of: record) + "\n")
        } else {
            StandardStream.output.append(line)
            StandardStream.output.append(CollectionOfOne(UInt8(ascii: "\n")))
        }
    }

    /// One line: when, what, by whom, how it ended.
    private static func text(of record: JSONValue) -> String {
        let time = record["time"]?.stringValue ?? ""
        let kind = record["kind"]?.stringValue ?? ""
        var words = [time.padded(to: 27), kind.padded(to: 13)]
        words += ["op", "door", "user", "status", "method", "path"].compactMap { record[$0]?.stringValue }
        if let status = record["http_status"]?.integerValue { words.append("\(status)") }
        if let error = record["error"]?["message"]?.stringValue { words.append(error) }
        if let arguments = record["args"] { words.append("\(JSONText(arguments))") }
        return words.joined(separator: " ").escapedForTerminal
    }

    static func warn(_ sentence: String) {
        StandardStream.error.writeNow("deferno: warning: \(sentence.escapedForTerminal)\n")
    }
}
