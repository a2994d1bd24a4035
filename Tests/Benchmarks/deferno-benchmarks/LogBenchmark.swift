import Glibc
import OperationCatalogue
import OperationLog
import OperationPipeline

/// Log records beside bare writes of the same lines.
enum LogBenchmark {
    static let count = 262_144
    static let arraySize = 256

    static func measure(in workspace: Workspace) async throws -> [Measurement] {
        let caller = Caller(door: .batch, user: "benchmark")
        let invocations = try (0..<arraySize).map { try invocation($0, caller) }
        let path = workspace.file("log.ndjson")
        let bare = workspace.file("bare.ndjson")
        _ = try await records(invocations, to: path)
        let lines = try lines(of: path)
        let (records, writes) = try await onOneCore {
            try await sideBySide(
                {
                    unlink(path)
                    return try await self.records(invocations, to: path)
                },
                {
                    unlink(bare)
                    return try self.writes(of: lines, to: bare)
                }
            )
        }
        return [
            Measurement(
                name: "log records, in arrays of \(arraySize)",
                unit: "records/s",
                value: records,
                reference: ("a bare write(2) for each of the same lines", writes)
            )
        ]
    }

    static func invocation(_ number: Int, _ caller: Caller) throws -> Invocation {
        let arguments = PipelineBenchmark.arguments(number)
        let (definition, operation) = try Catalogue.standard.resolve("create_task", arguments)
        return Invocation(
            id: .version7(),
            definition: definition,
            operation: operation,
            request: OperationRequest("create_task", arguments, caller: caller)
        )
    }

    static func settings(_ sync: LogSync) -> LogSettings {
        var settings = LogSettings()
        settings.sync = sync
        return settings
    }

    private static func records(_ invocations: [Invocation], to path: String) async throws -> Double {
        let log = OperationLog(.file(path), settings: settings(.none), version: "benchmark")
        let start = Clock.now
        for _ in 0..<count / arraySize { try await log.record(intents: invocations) }
        return Double(count) / (Clock.now - start)
    }

    static func lines(of path: String) throws -> [[UInt8]] {
        guard let file = fopen(path, "r") else { throw BenchmarkFailure("\(path) cannot be read") }
        defer { fclose(file) }
        var lines: [[UInt8]] = []
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while lines.count <= arraySize, case let length = getline(&line, &capacity, file), length > 0, let line {
            lines.append(UnsafeRawBufferPointer(start: line, count: length).map { $0 })
        }
        // The first is the header.
        return Array(lines.dropFirst())
    }

    private static func writes(of lines: [[UInt8]], to path: String) throws -> Double {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw BenchmarkFailure("\(path) cannot be written") }
        defer { close(descriptor) }
        let start = Clock.now
        for _ in 0..<count / lines.count {
            for line in lines { _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } }
        }
        return Double(count / lines.count * lines.count) / (Clock.now - start)
    }
}
