import OperationCatalogue
import OperationLog
import Testing

@Suite("Statistics")
struct StatisticsTests {
    @Test("Quantiles are off by less than 1.6 %, whatever the distribution", arguments: 0..<6)
    func quantiles(distribution: Int) throws {
        var generator = SystemRandomNumberGenerator()
        let values = (0..<20_000).map { _ -> Double in
            let uniform = Double.random(in: 0..<1, using: &generator)
            return switch distribution {
            case 0: uniform * 10
            case 1: uniform * 1e7
            case 2: 0.001 + uniform * uniform * uniform * 5000
            case 3: uniform < 0.99 ? 1 : 30_000
            case 4: 0
            default: 42.5
            }
        }
        var histogram = DurationHistogram()
        for value in values { histogram.add(milliseconds: value) }
        let sorted = values.sorted()
        for share in [0.01, 0.5, 0.9, 0.99, 1] {
            let exact = sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
            let found = try #require(histogram.quantile(share))
            #expect(abs(found - exact) <= exact * 0.016 + 0.0006, "\(share): \(found), \(exact)")
        }
        #expect(histogram.largest == sorted.last)
        #expect(DurationHistogram().quantile(0.5) == nil)
    }

    @Test("Counts over time keep their number and their place, however the times come")
    func overTime() {
        var generator = SystemRandomNumberGenerator()
        for span in [1, 50, 86_400, 400_000_000] as [Int64] {
            let start: Int64 = 1_700_000_000
            var counts = CountsOverTime()
            let seconds = (0..<5000).map { _ in start + Int64.random(in: 0..<span, using: &generator) }
            for second in seconds { counts.add(second) }
            let spans = counts.spans(10, over: start...(start + span - 1))
            #expect(spans.reduce(0, +) == 5000)
            guard span >= 86_400 else { continue }
            let early = seconds.count { $0 < start + span / 2 }
            #expect(abs(spans.prefix(5).reduce(0, +) - early) < 5000 / 20)
        }
        var one = CountsOverTime()
        one.add(5)
        #expect(one.range == 5...5)
        #expect(CountsOverTime().range == nil)
    }
}
