import OperationCatalogue
import OperationLog
import Testing

@Suite("Times as people write them")
struct TimeExpressionTests {
    /// An hour east of UTC it is 2026-11-30 00:30 then.
    static let now = Timestamp(seconds: 1_795_995_000)
    static let local = LocalTime.fixed(3600)

    private func read(_ text: String) -> TimeExpression? { TimeExpression(text, now: Self.now, local: Self.local) }

    @Test(
        "A moment or a span is read, local where no zone is given",
        arguments: [
            ("2026-11-28T09:00:00Z", "2026-11-28T09:00:00Z", "2026-11-28T09:00:01Z"),
            ("2026-11-28T09:00:00+02:00", "2026-11-28T07:00:00Z", "2026-11-28T07:00:01Z"),
            ("2026-11-28 09:00:00", "2026-11-28T08:00:00Z", "2026-11-28T08:00:01Z"),
            ("2026-11-28 09:00", "2026-11-28T08:00:00Z", "2026-11-28T08:01:00Z"),
            ("2026-11-28 09:00 utc", "2026-11-28T09:00:00Z", "2026-11-28T09:01:00Z"),
            ("2026-11-28 09:00 -0130", "2026-11-28T10:30:00Z", "2026-11-28T10:31:00Z"),
            ("2026-11-28 09:00:00.25", "2026-11-28T08:00:00.250Z", "2026-11-28T08:00:00.260Z"),
            ("2026-11-28", "2026-11-27T23:00:00Z", "2026-11-28T23:00:00Z"),
            ("2026-11", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z"),
            ("2026-12", "2026-11-30T23:00:00Z", "2026-12-31T23:00:00Z"),
            ("2026", "2025-12-31T23:00:00Z", "2026-12-31T23:00:00Z"),
            ("today", "2026-11-29T23:00:00Z", "2026-11-30T23:00:00Z"),
            ("Yesterday", "2026-11-28T23:00:00Z", "2026-11-29T23:00:00Z"),
            ("yesterday 14:00", "2026-11-29T13:00:00Z", "2026-11-29T13:01:00Z"),
            ("00:15", "2026-11-29T23:15:00Z", "2026-11-29T23:16:00Z"),
            ("11-28 09:00:00", "2026-11-28T08:00:00Z", "2026-11-28T08:00:01Z"),
            ("12-24", "2025-12-23T23:00:00Z", "2025-12-24T23:00:00Z"),
            ("now", "2026-11-29T23:30:00Z", "2026-11-29T23:30:00Z"),
            ("2h", "2026-11-29T21:30:00Z", "2026-11-29T21:30:00Z"),
            ("3d ago", "2026-11-26T23:30:00Z", "2026-11-26T23:30:00Z"),
        ])
    func forms(text: String, start: String, end: String) throws {
        let found = try #require(read(text), "\(text)")
        #expect(found.start == Timestamp(start), "\(found.start)")
        #expect(found.end == Timestamp(end), "\(found.end)")
    }

    @Test(
        "Anything else is no time",
        arguments: [
            "", "monday", "2026-13", "2026-11-31", "2026-11-28T", "2026-11-28 25:00", "25:00", "2026-1114:00", "12",
            "2 h",
            "today!", "2026-11-28 09:00 CET", "1e3s", "-2h", "2026-11-28T09:00:00+1:00", "2026-11-28 09:00:00.",
        ])
    func none(text: String) {
        #expect(read(text) == nil)
    }

    @Test("What is shown can be given back, in the zone of the machine too", arguments: [true, false])
    func roundTrip(isShort: Bool) throws {
        for seconds in stride(from: Timestamp.now.seconds - 20_000_000, to: Timestamp.now.seconds, by: 1_234_567) {
            let shown = LocalTime.system.text(of: Timestamp(seconds: seconds), isShort: isShort)
            #expect(TimeExpression(shown)?.start.seconds == seconds, "\(shown)")
        }
        #expect(LocalTime.fixed(-5400).name(at: Self.now) == "UTC-01:30")
        #expect(LocalTime.fixed(0).name(at: Self.now) == "UTC")
    }
}
