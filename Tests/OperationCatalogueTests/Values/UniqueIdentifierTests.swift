import OperationCatalogue
import Testing

@Suite("UUIDs")
struct UniqueIdentifierTests {
    @Test("The textual form is read in either case and written in lower case")
    func text() throws {
        let identifier = try #require(UniqueIdentifier("7033CAE7-eff6-4DF1-bed9-01D16E89C2B0"))
        #expect(identifier == UniqueIdentifier(high: 0x7033_cae7_eff6_4df1, low: 0xbed9_01d1_6e89_c2b0))
        #expect(identifier.description == "7033cae7-eff6-4df1-bed9-01d16e89c2b0")
        #expect(UniqueIdentifier("00000000-0000-0000-0000-000000000000") == UniqueIdentifier(high: 0, low: 0))
        #expect(
            UniqueIdentifier("ffffffff-ffff-ffff-ffff-ffffffffffff") == UniqueIdentifier(high: .max, low: .max))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "7033cae7", "7033cae7eff64df1bed901d16e89c2b0", "{7033cae7-eff6-4df1-bed9-01d16e89c2b0}",
            "7033cae7-eff6-4df1-bed9-01d16e89c2b", "7033cae7-eff6-4df1-bed9-01d16e89c2b00",
            "7033cae7-eff6-4df1-bed9-01d16e89c2bg", "7033cae7_eff6_4df1_bed9_01d16e89c2b0",
            "7033cae-7eff6-4df1-bed9-01d16e89c2b0", "urn:uuid:7033cae7-eff6-4df1-bed9-01d16e89c2b0",
            " 033cae7-eff6-4df1-bed9-01d16e89c2b0", "7033cae7-eff6-4df1-bed9-01d16e89c2é",
            "7033cae7-eff6-4df1-bed9-01d16e89c2b\0", "------------------------------------",
            "7033cae7-eff6-4df1-bed9-01d16e89c２0",
        ])
    func refusing(text: String) {
        #expect(UniqueIdentifier(text) == nil)
    }

    @Test("What is written is read again, and orders as the numbers do")
    func roundTrip() {
        var generator = SeededGenerator(seed: 3)
        var previous = UniqueIdentifier(high: generator.next(), low: generator.next())
        for _ in 0..<5000 {
            let high = generator.below(2) == 0 ? previous.high : generator.next()
            let identifier = UniqueIdentifier(high: high, low: generator.next())
            #expect(UniqueIdentifier(identifier.description) == identifier)
            #expect((identifier < previous) == (identifier.description < previous.description))
            previous = identifier
        }
    }

    private func made(of octets: [UInt8], version: UInt8) -> UniqueIdentifier {
        octets.withUnsafeBytes { UniqueIdentifier(octets: $0, version: version) }
    }

    @Test("The octets stand in network order, and make the identifier again but for version and variant")
    func octets() throws {
        let identifier = try #require(UniqueIdentifier("00112233-4455-5677-8899-aabbccddeeff"))
        #expect(
            identifier.octets
                == [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x56, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff])
        #expect(made(of: identifier.octets, version: 5) == identifier)
        let ones = made(of: [UInt8](repeating: 0xff, count: 20), version: 5)
        #expect(ones.description == "ffffffff-ffff-5fff-bfff-ffffffffffff")
        let zeros = made(of: [UInt8](repeating: 0, count: 16), version: 7)
        #expect(zeros.description == "00000000-0000-7000-8000-000000000000")
    }

    @Test("Version 7 gives the example of RFC 9562, appendix A.6, in its time, version and variant")
    func version7Example() {
        let moment = Timestamp(seconds: 1_645_557_742, nanoseconds: 0)
        let identifier = UniqueIdentifier.version7(at: moment, random: .max)
        #expect(identifier.description == "017f22e2-79b0-7000-bfff-ffffffffffff")
        #expect(UniqueIdentifier.version7(at: moment, random: 0).low == 0x8000_0000_0000_0000)
    }

    @Test("Version 7 rises with the time, also within a millisecond, whatever the random bits")
    func version7Order() {
        let moments = [
            Timestamp(seconds: 0), Timestamp(seconds: 0, nanoseconds: 250), Timestamp(seconds: 0, nanoseconds: 999_999),
            Timestamp(seconds: 0, nanoseconds: 1_000_000), Timestamp(seconds: 0, nanoseconds: 999_999_999),
            Timestamp(seconds: 1), Timestamp(seconds: 253_402_300_799, nanoseconds: 999_999_999),
        ]
        for (earlier, later) in zip(moments, moments.dropFirst()) {
            #expect(
                UniqueIdentifier.version7(at: earlier, random: .max) < UniqueIdentifier.version7(at: later, random: 0))
        }
        for moment in moments {
            #expect(UniqueIdentifier.version7(at: moment, random: .max).high >> 12 & 0xF == 7)
        }
        #expect(UniqueIdentifier.version7(at: Timestamp(seconds: -5), random: 0).high >> 16 == 0)
    }

    @Test("No two of a thousand version 7 identifiers of this moment are the same")
    func unique() {
        #expect(Set((0..<1000).map { _ in UniqueIdentifier.version7() }).count == 1000)
    }
}
