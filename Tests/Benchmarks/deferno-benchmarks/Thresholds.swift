import Glibc
import OperationCatalogue

/// What each figure must reach, as a guard against getting slower, and what it aims at, from `config/benchmark-thresholds.json`.
struct Thresholds {
    private let entries: JSONObject

    init(file path: String) throws {
        guard let file = fopen(path, "r") else {
            throw BenchmarkFailure("\(path) cannot be read; run the benchmark from the package's folder")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        guard case .object(let object) = try JSONReader.value(Array(bytes[..<count])) else {
            throw BenchmarkFailure("\(path) holds no object")
        }
        entries = object
    }

    enum Verdict {
        case reached(String)
        case missed(String)
        case none
    }

    /// What the figure is to reach one day, where that is more than its threshold asks for.
    func aim(of measurement: Measurement) -> Double? { entries[measurement.name]?["aim"]?.doubleValue }

    func verdict(on measurement: Measurement) -> Verdict {
        guard let entry = entries[measurement.name] else { return .none }
        if let least = entry["at_least"]?.doubleValue {
            return measurement.judged >= least ? .reached(">= \(least)") : .missed(">= \(least)")
        }
        if let most = entry["at_most"]?.doubleValue {
            return measurement.judged <= most ? .reached("<= \(most)") : .missed("<= \(most)")
        }
        return .none
    }
}
