import OperationCatalogue
import OperationLog
import Testing

@Suite("Runs in the log")
struct RunPairingTests {
    private static func line(_ kind: String, _ run: Int, _ more: String) -> String {
        "{\"v\":3,\"kind\":\"\(kind)\",\"time\":\"\(Line.time(run))\",\"door\":\"batch\",\"user\":\"anna\","
            + "\"run\":\"\(Line.id(run))\",\(more)}\n"
    }

    @Test(
        "A run's beginning and end are one; a run without an end is of unknown fate; operations are told apart from both"
    )
    func pairs() throws {
        let folder = try TemporaryFolder()
        let path = folder("operations.ndjson")
        let files = "\"files\":[{\"file\":\"week.yaml\"}]"
        try append(
            Self.line("run.begin", 1, files) + Self.line("run.begin", 2, files) + Line.outcome(7, "whoami")
                + Self.line("run.end", 2, "\"status\":\"failed\",\"ok\":3,\"failed\":1,\"ms\":12.5")
                + Self.line("run.end", 3, "\"status\":\"ok\",\"ok\":1"), to: path)
        var (pairing, runs) = (RunPairing(), [JSONValue]())
        _ = LogScan([path]) { _ in }.run { record, _ in
            pairing.add(record) { runs.append($0.tree) }
            return true
        }
        pairing.finish { runs.append($0.tree) }
        #expect(runs.map { $0["run"]?.stringValue } == [Line.id(2), Line.id(3), Line.id(1)])
        #expect(runs.map { $0["status"] } == ["failed", "ok", "unknown"])
        #expect(runs[0]["files"] == [["file": "week.yaml"]] && runs[0]["failed"] == 1 && runs[0]["ms"] == 12.5)
        #expect(runs[2]["ended"] == nil && runs[0]["ended"] != nil)

        var (seen, operations) = ([JSONValue](), 0)
        _ = LogScan([path]) { _ in }.operations(
            of: LogFilter(),
            runs: {
                seen.append($0.tree); return true
            }
        ) { _ in
            operations += 1
            return true
        }
        #expect(seen.map { $0["kind"] } == ["run.begin", "run.begin", "run.end", "run.end"] && operations == 1)
        #expect(IdentifierSearch([path]).runs(String(Line.id(2).prefix(30))).count == 3)
        #expect(IdentifierSearch([path]).runs(Line.id(2)).map(\.id) == [Line.id(2)])
    }
}
