import Foundation
import Testing

/// The scripts that measure whole processes, run for a moment: their figures are for release builds on quiet machines, but that
/// they work is seen here.
@Suite("The benchmark scripts", .serialized)
struct BenchmarkScriptTests {
    @Test(
        "each measures what it names",
        .enabled(
            if: Command.mayRun("/usr/sbin/nginx", "/usr/bin/wrk"),
            "nginx or wrk is not installed: .ci/setup tests does that"),
        arguments: [
            ("mcp_benchmark.py", ["--rounds", "1", "--seconds", "0.2"], ["deferno, store", "all at once /s"]),
            (
                "serve_benchmark.py", ["--rounds", "1", "--seconds", "1", "--requests", "100", "--list", "50"],
                ["GET /tasks/{id}", "POST /tasks", "GET /tasks, 50 of them", "growth", "records in the log"]
            ),
        ])
    func measures(script: String, options: [String], names: [String]) throws {
        let path = DefernoBinary.packageFolder.appending(path: "Tests/Benchmarks/\(script)").path
        let (status, text) = try Command.run("/usr/bin/env", ["python3", "-B", path, DefernoBinary.path] + options)
        // 1 says that an aim was missed.
        #expect([0, 1].contains(status), "\(text)")
        for name in names { #expect(text.contains(name), "\(text)") }
    }

    @Test("what a record costs is measured; where outcomes tell changes, the 100th update costs no more than the first")
    func recordSizes() throws {
        let path = DefernoBinary.packageFolder.appending(path: "Tests/Benchmarks/record_sizes.py").path
        let (status, text) = try Command.run("/usr/bin/env", ["python3", "-B", path, DefernoBinary.path])
        #expect(status == 0, "\(text)")
        for name in ["first week", "update 100", "outcomes tell "] { #expect(text.contains(name), "\(text)") }
    }
}
