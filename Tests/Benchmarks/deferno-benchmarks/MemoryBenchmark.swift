import Glibc

/// The peak memory of the real program for few and for many operations.
enum MemoryBenchmark {
    static func measure(in workspace: Workspace, program: String) throws -> [Measurement] {
        try [
            ("a list of steps", workspace.script(ofSteps:)), ("a stream of documents", workspace.script(ofDocuments:)),
        ].flatMap { form, script in
            let few = try peak(try script(10_000), program, workspace)
            let many = try peak(try script(1_000_000), program, workspace)
            return [
                Measurement(
                    name: "peak memory at 1,000,000 operations, \(form)",
                    unit: "MiB",
                    value: many,
                    reference: nil
                ),
                Measurement(
                    name: "peak memory grows from 10,000 to 1,000,000, \(form)",
                    unit: "MiB",
                    value: many,
                    reference: ("at 10,000 operations", few)
                ),
            ]
        }
    }

    private static func peak(_ script: String, _ program: String, _ workspace: Workspace) throws -> Double {
        let folder = workspace.file("memory")
        _ = try Program.run("/bin/rm", ["-rf", folder])
        mkdir(folder, 0o700)
        let result = try Program.run(
            program,
            ["batch", "run", "--base-url", "sqlite:\(folder)/tasks.sqlite", "--log", "\(folder)/log.ndjson", script]
        )
        guard result.status == 0 else { throw BenchmarkFailure("\(program) ended with status \(result.status)") }
        return result.peakMemory
    }
}
