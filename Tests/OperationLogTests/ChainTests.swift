import Crypto
import Foundation
import OperationCatalogue
import OperationLog
import Testing

@Suite("Hashes, checkpoints and signatures")
struct ChainTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder("operations.ndjson")
    }

    private func log(key: LogKey? = nil) -> OperationLog {
        var settings = LogSettings()
        settings.key = key
        return OperationLog(.file(path), settings: settings, version: "0.2.0")
    }

    @Test("Every record holds a hash over the one before and its own bytes")
    func chain() async throws {
        let logs = [log(), log()]
        for _ in 0..<5 {
            for log in logs {
                try await log.record(intents: Sample.intents(3))
                try await log.record(outcomes: [Sample.read()])
            }
        }
        #expect(lines(of: path).count == 2 + 10 * 4)
        expectIntactChains(lines(of: path))
    }

    @Test("A list of many megabytes is in its record whole, between others, and the chain holds")
    func longLists() async throws {
        let tasks: [JSONValue] = (0..<3000).map {
            [
                "id": .string("\(UniqueIdentifier(high: 1, low: UInt64($0)))"),
                "title": .string(String(repeating: "é", count: 500)),
            ]
        }
        let list = Sample.list(tasks)
        try #require(list.blocks.count > 2)
        let base = Sample.intent()
        func intent(_ arguments: JSONObject, _ lists: [String: JSONTextList]) -> Invocation {
            Invocation(
                id: .version7(), definition: ImportTasks.definition, operation: base.operation,
                request: OperationRequest("import_tasks", arguments, lists: lists, caller: Sample.caller))
        }
        let log = log()
        try await log.record(intents: [
            Sample.intent(), intent([:], ["tasks": list]), Sample.intent(),
            intent(["a": 1], ["tasks": list, "b": list]),
            intent([:], ["tasks": JSONTextList()]),
        ])
        try await log.record(intents: Sample.intents(2))
        let records = try records(of: path)
        #expect(records.count == 8)
        #expect(records[2]["args"] == ["tasks": .array(tasks)])
        #expect(records[4]["args"]?["a"] == 1 && records[4]["args"]?["tasks"] == .array(tasks))
        #expect(records[5]["args"] == ["tasks": []])
        expectIntactChains(lines(of: path))
    }

    @Test("A record that is longer than any line which is none is verified and shown as every other")
    func longRecords() async throws {
        let text = String(repeating: "x", count: 1 << 20)
        let list = Sample.list(
            (UInt64(0)..<24).map { ["id": .string("\(UniqueIdentifier(high: 1, low: $0))"), "title": .string(text)] })
        let request = OperationRequest("import_tasks", [:], lists: ["tasks": list], caller: Sample.caller)
        let long = Invocation(
            id: .version7(), definition: ImportTasks.definition, operation: Sample.intent().operation, request: request)
        try await log().record(intents: [Sample.intent(), long, Sample.intent()])
        let verification = try LogVerification.ofLog(at: path)
        #expect(verification.faultTexts == [])
        #expect(verification.summary.records == 4)
        var reader = try LogLineReader(path)
        var lengths: [Int] = []
        while let length = try reader.next({ $0.isTooLong ? 0 : $0.bytes.count }) { lengths.append(length) }
        #expect(lengths.count == 4 && lengths[2] > 24 << 20)
    }

    @Test("The recipe of the article, with sha256sum, gives the same hash")
    func recipe() async throws {
        try await log().record(intents: Sample.intents(2))
        let script = """
            { read -r first; read -r second; } <"$1"
            previous_hash=${first##*,\\"hash\\":\\"}; previous_hash=${previous_hash%\\"\\}}
            printf '%s' "$previous_hash" "${second%,\\"hash\\":*}" | sha256sum
            """
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script, "recipe", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let expected = try records(of: path)[1]["hash"]?.stringValue
        #expect(printed.split(separator: " ").first.map(String.init) == expected)
    }

    @Test("A checkpoint comes after every 1,024 records, and a final one at a proper end, after which nothing is taken")
    func checkpoints() async throws {
        let log = log()
        for _ in 0..<9 { try await log.record(intents: Sample.intents(256)) }
        try await log.close()
        let records = try records(of: path)
        let checkpoints = records.filter { $0["kind"] == "checkpoint" }
        #expect(checkpoints.compactMap { $0["seq"]?.integerValue } == [1025, 2050, 2307])
        #expect(checkpoints.map { $0["final"] } == [nil, nil, true])
        #expect(records.last?["final"] == true)
        let error = try await refusal { try await log.record(intents: Sample.intents(1)) }
        #expect(error.message.contains("ended"))
        try await log.close()
        #expect(lines(of: path).count == records.count)
    }

    @Test("A log to which nothing was written ends without a trace")
    func nothingWritten() async throws {
        try await log().close()
        #expect(contents(of: path).isEmpty)
    }

    @Test("With a key the header names its public part, and checkpoints are signed so that Ed25519 verifies them")
    func signatures() async throws {
        let key = LogKey.generate()
        let log = log(key: key)
        try await log.record(intents: Sample.intents(1))
        try await log.close()
        expectIntactChains(lines(of: path))
        let records = try records(of: path)
        #expect(records[0]["key"]?.stringValue == key.publicKey)
        #expect(records[2].objectValue?.members.map(\.key).suffix(2) == ["hash", "signature"])
        let bytes = try #require(Data(base64Encoded: key.publicKey))
        let signature = try #require(Data(base64Encoded: records[2]["signature"]?.stringValue ?? ""))
        let signed = Data("deferno-log-checkpoint:\(records[2]["hash"]?.stringValue ?? "")".utf8)
        let verifier = try Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        #expect(verifier.isValidSignature(signature, for: signed))
        #expect(!verifier.isValidSignature(signature, for: signed.dropLast()))
    }

    @Test("A key comes back from its PEM text, and what is no such text is refused")
    func pem() throws {
        let key = LogKey.generate()
        let text = key.privatePEM.reveal()
        #expect(LogKey(pem: text)?.publicKey == key.publicKey)
        #expect(LogKey(pem: text.replacing("\n", with: "\r\n"))?.publicKey == key.publicKey)
        #expect("\(key.privatePEM)" == "[redacted]")
        for wrong in ["", "x", key.publicPEM, String(text.dropFirst(5)), text.replacing("MC4C", with: "MC4D")] {
            #expect(LogKey(pem: wrong) == nil)
        }
    }
}
