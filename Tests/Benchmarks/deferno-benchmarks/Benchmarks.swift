import Glibc
import OperationCatalogue

/// Measures the program beside simpler things in the same run, prints the figures, and fails where one misses its
/// threshold: `swift run -c release deferno-benchmarks [PART ...]`, with parts script, pipeline, log, sync, store,
/// rest, memory.
@main
enum Benchmarks {
    static let parts = ["script", "pipeline", "log", "sync", "store", "rest", "memory"]

    static func main() async {
        do {
            try await run()
        } catch {
            print("deferno-benchmarks: \(error)")
            exit(1)
        }
    }

    private static func run() async throws {
        let chosen = CommandLine.arguments.dropFirst().isEmpty ? parts : Array(CommandLine.arguments.dropFirst())
        if let unknown = chosen.first(where: { !parts.contains($0) }) {
            throw BenchmarkFailure("unknown part \(unknown); expected \(parts.joined(separator: ", "))")
        }
        let thresholds = try Thresholds(file: "config/benchmark-thresholds.json")
        let workspace = try Workspace()
        var missed = 0
        for part in chosen {
            for measurement in try await measure(part, in: workspace) {
                missed += show(measurement, thresholds)
            }
        }
        try workspace.remove()
        if missed > 0 { throw BenchmarkFailure("\(missed) of the figures missed their thresholds") }
    }

    private static func measure(_ part: String, in workspace: Workspace) async throws -> [Measurement] {
        switch part {
        case "script": try await ScriptBenchmark.measure(in: workspace)
        case "pipeline": try await PipelineBenchmark.measure(in: workspace)
        case "log": try await LogBenchmark.measure(in: workspace)
        case "sync": try await LogSyncBenchmark.measure(in: workspace)
        case "store": try await StoreBenchmark.measure(in: workspace)
        case "rest": try await RESTBenchmark.measure(in: workspace)
        default: try MemoryBenchmark.measure(in: workspace, program: program)
        }
    }

    /// The release build of `deferno` beside this program.
    private static var program: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/deferno"
    }

    /// Prints a figure; 1 if it missed its threshold.
    private static func show(_ measurement: Measurement, _ thresholds: Thresholds) -> Int {
        print("\(measurement.name)")
        print("    \(rounded(measurement.value)) \(measurement.unit)")
        if let reference = measurement.reference {
            let ratio = rounded(measurement.judged * 1000) / 1000
            print("    \(rounded(reference.value)) \(measurement.unit): \(reference.name); ratio \(ratio)")
        }
        if let aim = thresholds.aim(of: measurement) {
            print("    \(measurement.judged >= aim ? "reached" : "not reached"): the aim of \(aim)")
        }
        switch thresholds.verdict(on: measurement) {
        case .none: return 0
        case .reached(let bound):
            print("    reached: \(bound)")
            return 0
        case .missed(let bound):
            print("    MISSED: \(bound)")
            return 1
        }
    }

    private static func rounded(_ value: Double) -> Double {
        value > 1000 ? value.rounded() : (value * 10).rounded() / 10
    }
}
