import Testing

@testable import OperationCatalogue

@Suite("Moments and their RFC 3339 form")
struct TimestampTests {
    /// The limits of what can be written.
    static let first: Int64 = -62_135_596_800
    static let last: Int64 = 253_402_300_799

    @Test(
        "The examples of RFC 3339 section 5.8, and others, are read",
        arguments: [
            ("1985-04-12T23:20:50.52Z", 482_196_050, 520_000_000),
            ("1996-12-19T16:39:57-08:00", 851_042_397, 0),
            ("1996-12-20T00:39:57Z", 851_042_397, 0),
            ("1990-12-31T23:59:60Z", 662_688_000, 0),
            ("1990-12-31T15:59:60-08:00", 662_688_000, 0),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_173, 870_000_000),
            ("1970-01-01T00:00:00Z", 0, 0),
            ("1969-12-31T23:59:59.999999999Z", -1, 999_999_999),
            ("1970-01-01T00:00:00-00:00", 0, 0),
            ("1970-01-01t00:00:00z", 0, 0),
            ("1970-01-01 00:00:00+23:59", -86_340, 0),
            ("2000-02-29T00:00:00Z", 951_782_400, 0),
            ("2024-02-29T23:59:59Z", 1_709_251_199, 0),
            ("2001-09-09T01:46:40.1234567899Z", 1_000_000_000, 123_456_789),
            ("0001-01-01T00:00:00Z", first, 0),
            ("9999-12-31T23:59:59.999Z", last, 999_000_000),
            ("0001-01-01T01:00:00+01:00", first, 0),
            ("9999-12-31T22:59:59-01:00", last, 0),
        ] as [(String, Int64, Int32)])
    func reading(text: String, seconds: Int64, nanoseconds: Int32) {
        #expect(Timestamp(text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "2026", "2026-11-30", "17:00:00Z", "2026-11-30T17:00:00", "2026-11-30T17:00Z", "2026-11-30T17:00:00.Z",
            "2026-11-30T17:00:00,5Z", "2026-11-30T24:00:00Z", "2026-11-30T17:60:00Z", "2026-11-30T17:00:61Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
            "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-02-30T00:00:00Z",
            "2026-11-30T17:00:00+1:00", "2026-11-30T17:00:00+0100", "2026-11-30T17:00:00+24:00",
            "2026-11-30T17:00:00+01:60", "2026-11-30T17:00:00ZZ", "2026-11-30T17:00:00Z ", " 2026-11-30T17:00:00Z",
            "2026-11-30T17:00:00Z\n", "2026-11-30T17:00:00Z\0", "26-11-30T17:00:00Z", "02026-11-30T17:00:00Z",
            "+2026-11-30T17:00:00Z", "-026-11-30T17:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
            "2026-11-30T17:00:00UTC", "2026-11-3OT17:00:00Z", "２026-11-30T17:00:00Z", "2026/11/30T17:00:00Z",
            "2026-1-30T17:00:00Z", "2026-W48-1T17:00:00Z", "2026-11-30T+7:00:00Z", "2026-11-30T17:00:00\u{2212}01:00",
        ])
    func refusing(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        "A moment that an offset or a leap second brings out of the years 0001 to 9999 is refused: it could not be written",
        arguments: [
            "0001-01-01T00:00:00+00:01", "0001-01-01T22:59:59+23:00", "9999-12-31T23:59:59-00:01",
            "9999-12-31T23:59:60Z", "9999-12-31T01:00:00-23:59",
        ])
    func outOfYears(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("It is written in UTC with as many groups of digits as it needs")
    func writing() {
        #expect(Timestamp(seconds: 0).description == "1970-01-01T00:00:00Z")
        #expect(Timestamp(seconds: 0, nanoseconds: 250_000_000).description == "1970-01-01T00:00:00.250Z")
        #expect(Timestamp(seconds: 0, nanoseconds: 250_001_000).description == "1970-01-01T00:00:00.250001Z")
        #expect(Timestamp(seconds: -1, nanoseconds: 1).description == "1969-12-31T23:59:59.000000001Z")
        #expect(Timestamp(seconds: Self.first).description == "0001-01-01T00:00:00Z")
        #expect(Timestamp(seconds: Self.last).description == "9999-12-31T23:59:59Z")
    }

    @Test("A fraction of a given length is cut, not rounded")
    func fractions() {
        let moment = Timestamp(seconds: 1, nanoseconds: 987_654_321)
        let expected = [
            "01Z", "01.9Z", "01.98Z", "01.987Z", "01.9876Z", "01.98765Z", "01.987654Z", "01.9876543Z", "01.98765432Z",
            "01.987654321Z",
        ]
        for (digits, ending) in expected.enumerated() {
            #expect(moment.text(fractionDigits: digits) == "1970-01-01T00:00:" + ending)
        }
    }

    @Test("What is written is read again, over all the years")
    func roundTrip() {
        var generator = SeededGenerator(seed: 1)
        var lost: [Timestamp] = []
        for round in 0..<20_000 {
            let nanoseconds = [0, 5_000_000, 7000, Int32.random(in: 0...999_999_999, using: &generator)][round % 4]
            let seconds = Int64.random(in: Self.first...Self.last, using: &generator)
            let moment = Timestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
            if Timestamp(moment.description) != moment { lost.append(moment) }
        }
        #expect(lost.isEmpty)
    }

    @Test("Every day from 1600 to 2400 follows the one before, and its number leads back to it")
    func calendar() {
        var expected: (year: Int64, month: Int64, day: Int64) = (1600, 1, 1)
        let first = Timestamp.days(fromYear: 1600, month: 1, day: 1)
        let last = Timestamp.days(fromYear: 2400, month: 1, day: 1)
        #expect(last - first == 2 * 146_097)
        var faults = 0
        for day in first..<last {
            let date = Timestamp.civilDate(fromDays: day)
            let back = Timestamp.days(fromYear: date.year, month: date.month, day: date.day)
            if date != expected || back != day { faults += 1 }
            expected.day += 1
            let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
            let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            if expected.day > lengths[Int(expected.month) - 1] { expected = (expected.year, expected.month + 1, 1) }
            if expected.month > 12 { expected = (expected.year + 1, 1, 1) }
        }
        #expect(faults == 0)
    }

    @Test("Random bytes and random changes of a good text never crash the reader")
    func fuzz() {
        var generator = SeededGenerator(seed: 2)
        let good = Array("2026-11-30T17:00:00.250+01:00".utf8)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0...generator.below(3) {
                switch generator.below(3) {
                case 0: bytes[generator.below(bytes.count)] = UInt8(generator.below(256))
                case 1: bytes.remove(at: generator.below(bytes.count))
                default: bytes.insert(UInt8(generator.below(128)), at: generator.below(bytes.count))
                }
            }
            if let moment = Timestamp(String(decoding: bytes, as: UTF8.self)) {
                #expect(Timestamp(moment.description) == moment)
            }
        }
    }

    @Test("Moments order by seconds, then by nanoseconds, and now is between 2024 and 2100")
    func order() {
        #expect(Timestamp(seconds: 1, nanoseconds: 999) < Timestamp(seconds: 2))
        #expect(Timestamp(seconds: 1) < Timestamp(seconds: 1, nanoseconds: 1))
        #expect(!(Timestamp(seconds: 1) < Timestamp(seconds: 1)))
        #expect((1_704_067_200..<4_102_444_800).contains(Timestamp.now.seconds))
    }
}
