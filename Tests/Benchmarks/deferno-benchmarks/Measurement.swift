import BenchmarkSupport
import Glibc

/// One figure of the benchmark: a rate of this program beside the rate of something simpler in the same run.
struct Measurement {
    let name: String
    /// What is counted: `operations/s`, `records/s`, `MiB`.
    let unit: String
    let value: Double
    /// What it is compared with, and that one's figure in the same unit; none where the figure stands for itself.
    let reference: (name: String, value: Double)?

    /// The figure that is held against its threshold: the ratio where there is a reference, else the value.
    var judged: Double { reference.map { value / $0.value } ?? value }
}

enum Clock {
    /// Seconds of the monotonic clock.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Measures two ways of doing the same in turn, so that a machine whose speed drifts is fair to both, and returns the
/// median of each.
func sideBySide(
    rounds: Int = 5,
    _ first: () async throws -> Double,
    _ second: () async throws -> Double
) async throws -> (first: Double, second: Double) {
    var values: ([Double], [Double]) = ([], [])
    for _ in 0..<rounds {
        values.0.append(try await first())
        values.1.append(try await second())
    }
    return (median(values.0), median(values.1))
}

func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted[sorted.count / 2]
}

/// Runs `body` with this process on one processor only.
func onOneCore<Result>(_ body: () async throws -> Result) async throws -> Result {
    use_one_processor(1)
    defer { use_one_processor(0) }
    return try await body()
}
