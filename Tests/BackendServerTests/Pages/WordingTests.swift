import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("Times and numbers for people")
struct WordingTests {
    @Test(
        "How long ago something was",
        arguments: [
            (0, "just now"), (59, "just now"), (60, "1 minute ago"), (3599, "59 minutes ago"), (3600, "1 hour ago"),
            (172_799, "47 hours ago"), (172_800, "on 30 Dec 1969"), (-500, "just now"),
        ])
    func saysHowLongAgo(seconds: Int64, words: String) {
        #expect(Timestamp(seconds: -seconds).ago(at: Timestamp(seconds: 0)) == words)
    }

    @Test("How long to wait", arguments: [(0, "1 second"), (90, "90 seconds"), (120, "2 minutes"), (290, "5 minutes")])
    func saysHowLongToWait(seconds: Int, words: String) {
        #expect(Timestamp.waiting(seconds: seconds) == words)
    }

    @Test("A moment as date and time of day")
    func writesMoment() {
        let time = PageSample.time("2026-03-07T04:05:06Z")
        #expect([time.date, time.dayAndMonth] == ["7 Mar 2026", "7 Mar"])
        #expect([time.hourAndMinute, time.clock] == ["04:05", "04:05:06"])
    }

    @Test(
        "Numbers are rounded, without zeros at their end",
        arguments: [
            (0.0, "0"), (1, "1"), (-0.004, "0"), (0.005, "0.01"), (-0.25, "−0.25"), (12.5, "12.5"), (0.999, "1"),
            (1e300, "0"), (.nan, "0"), (-.infinity, "0"),
        ])
    func writesNumber(value: Double, text: String) {
        #expect(value.formatted(digits: 2) == text)
    }

    @Test("A code is set in groups of four that copy as one word, and spelt out for listening")
    func setsCode() throws {
        let state = CLIAuthPage.State.approved(
            code: "K7QM3XFA", expires: Timestamp(seconds: 61), now: Timestamp(seconds: 0))
        let html = CLIAuthPage(visitor: PageSample.visitor, state: state).html
        #expect(html.contains("<span>K7QM</span><span>3XFA</span>"))
        #expect(html.contains("K 7 Q M, 3 X F A."))
        #expect(html.contains("for 2 more minutes"))
    }

    @Test("A client's name is cut where it would push the rest out of sight")
    func cutsClient() {
        let request = CLIRequest(
            session: "s", client: String(repeating: "x", count: 5000), address: "127.0.0.1",
            time: Timestamp(seconds: 0), now: Timestamp(seconds: 0))
        #expect(request.list.text.count < 600)
    }
}
