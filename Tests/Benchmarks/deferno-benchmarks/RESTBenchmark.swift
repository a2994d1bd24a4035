import Glibc
import OperationCatalogue
import OperationPipeline
import RESTBackend
import Synchronization

/// Requests to a backend over HTTP beside `wrk` at the same nginx, and long lists that pass through.
enum RESTBenchmark {
    private static let task = "7ac8513c-4037-43fe-a89a-721019f76527"
    /// What `stub_backend.conf` listens on.
    private static let port = 18390
    private static let seconds = 2.0

    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        let nginx = try StubBackend(in: workspace)
        defer { nginx.end() }
        var measurements: [Measurement] = []
        for concurrency in [1, 16, 64] {
            measurements.append(try await rates(concurrency, in: workspace))
        }
        for (name, prefix) in [("bare", ""), ("envelope", "/api")] {
            measurements.append(
                Measurement(
                    name: "a list of 2 MiB passed through, \(name) dialect", unit: "MB/s",
                    value: try await passThrough(prefix, size: nginx.listSize), reference: nil))
        }
        return measurements
    }

    private static func rates(_ concurrency: Int, in workspace: Workspace) async throws -> Measurement {
        let (requests, reference) = try await sideBySide(
            { try await requestsPerSecond(concurrency) }, { try wrk(concurrency, in: workspace) })
        return Measurement(
            name: "requests over HTTP, \(concurrency) in flight", unit: "requests/s", value: requests,
            reference: ("wrk with \(concurrency) connections", reference))
    }

    private static func backend(_ prefix: String = "") throws -> RESTBackend {
        let location = try HTTPAddress("http://127.0.0.1:\(port)\(prefix)")
        return try RESTBackend(location: location, tokens: BenchmarkToken())
    }

    private static func invocation(_ name: String, _ arguments: JSONObject) throws -> Invocation {
        let (definition, operation) = try Catalogue.standard.resolve(name, arguments)
        let caller = Caller(door: .cli, user: "benchmark")
        return Invocation(
            id: .version7(), definition: definition, operation: operation,
            request: OperationRequest(name, arguments, caller: caller))
    }

    private static func requestsPerSecond(_ concurrency: Int) async throws -> Double {
        let backend = try backend()
        let invocation = try invocation("get_task", ["task_id": .string(task)])
        // Opens the connections.
        try await repeating(invocation, at: backend, concurrency, until: Clock.now + 0.2)
        let start = Clock.now
        let count = try await repeating(invocation, at: backend, concurrency, until: start + seconds)
        let rate = Double(count) / (Clock.now - start)
        await backend.close()
        return rate
    }

    /// Carries out an operation again and again, so many at a time; gives how often.
    @discardableResult
    private static func repeating(
        _ invocation: Invocation, at backend: RESTBackend, _ concurrency: Int, until end: Double
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<concurrency {
                group.addTask {
                    var count = 0
                    while Clock.now < end {
                        guard case .ok? = await backend.execute(OperationBatch([invocation])).first else {
                            throw BenchmarkFailure("a request to the stub backend failed")
                        }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private static func wrk(_ concurrency: Int, in workspace: Workspace) throws -> Double {
        let output = workspace.file("wrk.txt")
        let result = try Program.run(
            "/usr/bin/wrk",
            [
                "-t1", "-c\(concurrency)", "-d\(Int(seconds))s", "-H", "Authorization: Bearer t",
                "http://127.0.0.1:\(port)/tasks/\(task)",
            ], output: output)
        let lines = try workspace.read(output).split(separator: "\n")
        guard result.status == 0, let line = lines.first(where: { $0.hasPrefix("Requests/sec:") }),
            let rate = line.split(separator: " ").last.flatMap({ Double($0) })
        else { throw BenchmarkFailure("wrk failed: .ci/setup tests installs it") }
        return rate
    }

    /// Millions of bytes of the answer's payload a second, one list after the other.
    private static func passThrough(_ prefix: String, size: Int) async throws -> Double {
        let backend = try backend(prefix)
        let invocation = try invocation("list_tasks", [:])
        try await repeating(invocation, at: backend, 1, until: Clock.now + 0.2)
        var rates: [Double] = []
        for _ in 0..<5 {
            let start = Clock.now
            let count = try await repeating(invocation, at: backend, 1, until: start + 1)
            rates.append(Double(count * size) / 1e6 / (Clock.now - start))
        }
        await backend.close()
        return median(rates)
    }
}

private struct BenchmarkToken: TokenStore {
    func token() throws(OperationError) -> Secret? { Secret("t") }
    func save(_ token: Secret, username: String, for address: HTTPAddress) throws(OperationError) {}
    func remove() throws(OperationError) {}
}

/// nginx with `stub_backend.conf`, in a folder of its own.
private struct StubBackend {
    /// Bytes of the list that it serves.
    let listSize: Int
    private let process: pid_t

    init(in workspace: Workspace) throws {
        let folder = workspace.file("stub")
        // nginx's workers are somebody else where it is started by root.
        chmod(workspace.path, 0o755)
        mkdir(folder, 0o755)
        mkdir(folder + "/data", 0o755)
        let entry = """
            {"id":"7ac8513c-4037-43fe-a89a-721019f76527","title":"Water the plants","status":"open","labels":["house"],\
            "parent_id":null,"children":[],"complete_by":"2026-04-26T06:59:00Z","productive":0.5,"desire":0.25,\
            "date_created":"2026-04-18T20:08:13.919016817Z","pinned":false,"ref":"sample-1","org_slug":"sample",\
            "sequence":1,"type":"task"}
            """
        let list = "[" + Array(repeating: entry, count: 2_097_152 / (entry.utf8.count + 1)).joined(separator: ",") + "]"
        try workspace.write(folder + "/data/tasks.json") { $0(list) }
        try workspace.write(folder + "/data/api_tasks.json") { $0(#"{"version":"0.1","data":"# + list + "}") }
        listSize = list.utf8.count
        guard let configuration = realpath("Tests/Benchmarks/stub_backend.conf", nil) else {
            throw BenchmarkFailure("run the benchmark from the package's folder")
        }
        defer { free(configuration) }
        process = try Program.start("/usr/sbin/nginx", ["-p", folder, "-c", String(cString: configuration)])
        usleep(300_000)
    }

    func end() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }
}
