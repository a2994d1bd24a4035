/// Durations, counted so that quantiles can be told in constant memory: each bucket is 1/64 of a power of two wide, so a
/// quantile is off by less than 1.6 % (Tene, HdrHistogram; Masson et al., DDSketch, 2019).
package struct DurationHistogram: Sendable {
    private static let bits = 6
    private static let perPower = 1 << bits

    /// By bucket; only those that hold something.
    private var counts: [Int: Int] = [:]
    package private(set) var count = 0
    /// In milliseconds.
    package private(set) var largest = 0.0

    package init() {}

    /// - Parameter milliseconds: a negative duration counts as none.
    package mutating func add(milliseconds: Double) {
        counts[Self.bucket(of: Self.microseconds(milliseconds)), default: 0] += 1
        count += 1
        largest = max(largest, milliseconds)
    }

    package mutating func add(_ other: DurationHistogram) {
        counts.merge(other.counts, uniquingKeysWith: +)
        count += other.count
        largest = max(largest, other.largest)
    }

    /// The duration that this share of all did not exceed, in milliseconds; `nil` where there are none.
    ///
    /// - Parameter share: 0 to 1.
    package func quantile(_ share: Double) -> Double? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (bucket, count) in counts.sorted(by: { $0.key < $1.key }) {
            seen += count
            if seen >= rank { return min(Self.middle(of: bucket) / 1000, largest) }
        }
        return largest
    }

    private static func microseconds(_ milliseconds: Double) -> UInt64 {
        UInt64(min(max(milliseconds, 0) * 1000, 1e18).rounded())
    }

    /// Small numbers have a bucket each; above, the highest bits choose one.
    private static func bucket(of value: UInt64) -> Int {
        let shift = max(0, 63 - value.leadingZeroBitCount - bits)
        return shift * perPower + Int(value >> UInt64(shift))
    }

    private static func middle(of bucket: Int) -> Double {
        guard bucket >= 2 * perPower else { return Double(bucket) }
        let shift = bucket / perPower - 1
        let lowest = Double(bucket - shift * perPower) * Double(UInt64(1) << UInt64(shift))
        return lowest + Double(UInt64(1) << UInt64(shift)) / 2
    }
}
