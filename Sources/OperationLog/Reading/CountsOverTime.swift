/// How much happened when, in a fixed number of spans of time that grow with the time they have to cover.
package struct CountsOverTime: Sendable {
    /// So many spans at most.
    static let most = 64

    /// The first span begins at this second since 1970, a multiple of ``width``.
    private var start: Int64 = 0
    /// Seconds in a span: a power of two.
    private var width: Int64 = 1
    private var counts: [Int] = []

    package init() {}

    /// - Parameter second: since 1970; in any order.
    package mutating func add(_ second: Int64) {
        if counts.isEmpty {
            start = second
            counts = [1]
            return
        }
        while !fits(second) { widen() }
        if second < start {
            let missing = Int((start - second + width - 1) / width)
            counts.insert(contentsOf: Array(repeating: 0, count: missing), at: 0)
            start -= Int64(missing) * width
        }
        let index = Int((second - start) / width)
        if index >= counts.count { counts += Array(repeating: 0, count: index + 1 - counts.count) }
        counts[index] += 1
    }

    private func fits(_ second: Int64) -> Bool {
        let first = min(second, start)
        let last = max(second, start + Int64(counts.count) * width - 1)
        return (last - first) / width + 2 <= Int64(Self.most)
    }

    /// Makes two spans one.
    private mutating func widen() {
        // The first span must begin at a multiple of the new width.
        if start % (2 * width) != 0 {
            counts.insert(0, at: 0)
            start -= width
        }
        counts = stride(from: 0, to: counts.count, by: 2).map { index in
            counts[index] + (index + 1 < counts.count ? counts[index + 1] : 0)
        }
        width *= 2
    }

    /// The counts in so many spans of equal length.
    ///
    /// - Parameters:
    ///   - range: the time to show, in seconds since 1970.
    package func spans(_ count: Int, over range: ClosedRange<Int64>) -> [Int] {
        var spans = Array(repeating: 0, count: count)
        let length = Double(range.upperBound - range.lowerBound + 1)
        for (index, value) in counts.enumerated() where value > 0 {
            let middle = Double(start - range.lowerBound) + (Double(index) + 0.5) * Double(width)
            let span = Int(middle / length * Double(count))
            spans[min(max(span, 0), count - 1)] += value
        }
        return spans
    }

    /// From the first to the last second that is counted, as far as the spans tell; `nil` for none.
    package var range: ClosedRange<Int64>? {
        counts.isEmpty ? nil : start...(start + Int64(counts.count) * width - 1)
    }
}
