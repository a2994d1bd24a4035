import Crypto
import Foundation
import OperationCatalogue

/// The log as an auditor reads it, line by line.
struct LogAudit {
    private(set) var records: [JSONValue] = []
    /// What is wrong with the log by itself.
    private(set) var faults: [String] = []
    /// Lines that are no JSON: torn by a process that was killed.
    private(set) var tornLines = 0
    /// The last hash of each writer.
    private var hashes: [String: String] = [:]

    init(of file: URL) throws {
        try self.init(Array(Data(contentsOf: file)))
    }

    /// The whole of a log in several files. A writer that has not noticed yet that its segment was finished writes on in it,
    /// so what counts between files is the writers' own order.
    init(ofSegments files: [URL]) throws {
        var bytes = Data()
        for file in files {
            let segment = try Data(contentsOf: file)
            bytes += segment
            if let last = segment.last, last != UInt8(ascii: "\n") { bytes += [UInt8(ascii: "\n")] }
        }
        try self.init(Array(bytes), isWhole: false)
    }

    init(_ bytes: [UInt8], isWhole: Bool = true) throws {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)[...]
        let endsWithNewline = bytes.last == UInt8(ascii: "\n") || bytes.isEmpty
        while let line = lines.popFirst() {
            if let record = try? JSONReader.value(line) {
                records.append(record)
                checkHash(of: record, line)
            } else {
                tornLines += 1
                if isWhole, lines.isEmpty, endsWithNewline { faults.append("the last line is whole and yet no JSON") }
            }
        }
        checkSequences()
        checkPairs()
    }

    func records(_ kind: String, op: String? = nil) -> [JSONValue] {
        records.filter { $0["kind"]?.stringValue == kind && (op == nil || $0["op"]?.stringValue == op) }
    }

    /// The ids of the tasks that creates were going to make.
    var intendedTaskIDs: Set<String> {
        Set(records("intent", op: "create_task").compactMap { $0["args"]?["id"]?.stringValue })
    }

    /// The ids of the tasks that creates have made, as their outcomes say.
    var createdTaskIDs: Set<String> {
        Set(
            records("outcome", op: "create_task").filter { $0["status"]?.stringValue == "ok" }
                .compactMap { ($0["changes"]?.arrayValue?.first?["task"] ?? $0["result"]?["id"])?.stringValue }
        )
    }

    /// The ids of the tasks that creates without an outcome were going to make.
    var openTaskIDs: Set<String> {
        let open = openIntents
        return Set(
            records("intent", op: "create_task").filter { open.contains($0["id"]?.stringValue ?? "") }
                .compactMap { $0["args"]?["id"]?.stringValue })
    }

    /// The intents that have no outcome.
    var openIntents: Set<String> {
        let ended = Set(records("outcome").compactMap { $0["id"]?.stringValue })
        return Set(records("intent").compactMap { $0["id"]?.stringValue }).subtracting(ended)
    }

    /// What the log and the store say differently about creates.
    func contradictions(with store: Set<String>) -> [String] {
        store.subtracting(intendedTaskIDs).map { "task \($0) is in the store without an intent" }
            + createdTaskIDs.subtracting(store).map { "task \($0) was created, says the log, and is not in the store" }
    }

    /// Each record's hash is over that of its writer's record before and its own bytes.
    private mutating func checkHash(of record: JSONValue, _ line: ArraySlice<UInt8>) {
        let writer = record["writer"]?.stringValue ?? ""
        let text = String(decoding: line, as: UTF8.self)
        let body = text.ranges(of: ",\"hash\":\"").last.map { text[..<$0.lowerBound] } ?? ""
        let previous = hashes[writer] ?? record["prev"]?.stringValue ?? ""
        let digest = SHA256.hash(data: Data((previous + body).utf8)).map { String(format: "%02x", $0) }.joined()
        hashes[writer] = record["hash"]?.stringValue
        if hashes[writer] != digest { faults.append("a record has the wrong hash: \(text)") }
    }

    private mutating func checkSequences() {
        var next: [String: Int64] = [:]
        for record in records {
            guard let writer = record["writer"]?.stringValue, let number = record["seq"]?.integerValue else {
                faults.append("a record lacks writer or seq: \(record)")
                continue
            }
            let expected = next[writer, default: 0]
            if number != expected { faults.append("writer \(writer): seq \(number) where \(expected) was expected") }
            next[writer] = number + 1
        }
    }

    private mutating func checkPairs() {
        var intents: Set<String> = []
        var outcomes: Set<String> = []
        for record in records {
            guard let kind = record["kind"]?.stringValue, ["intent", "outcome"].contains(kind) else { continue }
            guard let id = record["id"]?.stringValue else {
                faults.append("a record lacks its id: \(record)")
                continue
            }
            let isNew = kind == "intent" ? intents.insert(id).inserted : outcomes.insert(id).inserted
            if !isNew { faults.append("operation \(id) has two records of kind \(kind)") }
            if kind == "intent", outcomes.contains(id) { faults.append("operation \(id): outcome before intent") }
        }
    }
}
