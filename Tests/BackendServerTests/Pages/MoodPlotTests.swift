import OperationCatalogue
import Testing

@testable import BackendServer

@Suite("The plot of the moods")
struct MoodPlotTests {
    private static func entry(
        _ day: Int64, productive: Double? = nil, desire: Double? = nil, finish: Mood? = nil
    ) -> MoodEntry {
        MoodEntry(
            title: "t", finished: Timestamp(seconds: day * 86_400), productive: productive, desire: desire,
            finish: finish)
    }

    @Test("1 is at the top, -1 at the bottom, what lies beyond at the edge; later is further right")
    func placesValues() {
        let axes = MoodAxes(from: Timestamp(seconds: 0), to: Timestamp(seconds: 100))
        #expect(axes.y(1) < axes.y(0) && axes.y(0) < axes.y(-1))
        #expect(axes.y(7) == axes.y(1) && axes.y(-7) == axes.y(-1) && axes.y(.infinity) == axes.y(1))
        let positions = [0, 50, 100].map { axes.x(Timestamp(seconds: $0)) }
        #expect(positions == positions.sorted() && Set(positions).count == 3)
    }

    @Test("One task is in the middle")
    func placesSingle() throws {
        let plot = try #require(MoodPlot([Self.entry(1, productive: 0.5)]))
        #expect(plot.html.text.contains("cx=\"188\""))
        #expect(MoodPlot([]) == nil)
    }

    @Test("It says in words what it shows")
    func describesItself() throws {
        let plot = try #require(
            MoodPlot([Self.entry(2, productive: 0.5, desire: -1), Self.entry(1, productive: 0.25)]))
        let words = "2 tasks from 2 Jan 1970 to 3 Jan 1970. On average: productive 0.38, desire −1, between −1 and 1."
        #expect(plot.html.text.contains("<desc id=\"plot-text\">\(words)</desc>"))
    }

    @Test("Without arrows there is no room for them, and no key")
    func leavesOutArrows() throws {
        let mood = Mood(r: 1, theta: 0)
        let (with, without) = (Self.entry(1, desire: 0.5, finish: mood), Self.entry(1, desire: 0.5))
        #expect(try #require(MoodPlot([with])).html.text.contains("viewBox=\"0 0 360 234\""))
        #expect(try #require(MoodPlot([without])).html.text.contains("viewBox=\"0 0 360 180\""))
        #expect(MoodHistory([with]).html.text.contains("mood at the end"))
        #expect(!MoodHistory([without]).html.text.contains("mood at the end"))
    }

    @Test("An arrow turns counter-clockwise from the right, in degrees")
    func turnsArrows() throws {
        let plot = try #require(MoodPlot([Self.entry(1, finish: Mood(r: 1, theta: .pi / 2))]))
        #expect(plot.html.text.contains("rotate(-90)"))
    }

    @Test("No number makes a drawing that cannot be read", arguments: [.nan, .infinity, -1e300])
    func survivesNumbers(_ value: Double) throws {
        let entries = [1, 2].map {
            Self.entry($0, productive: value, desire: value, finish: Mood(r: value, theta: value))
        }
        let text = try #require(MoodPlot(entries)).html.text
        #expect(try Markup(text).elements.count > 10)
        #expect(!text.contains("nan") && !text.contains("inf"))
    }

    @Test("Only the latest are shown, and tasks without any feeling are not")
    func limitsEntries() {
        let felt = (1...200).reversed().map { Self.entry($0, desire: 0.1) }
        #expect(MoodHistory(felt).entries == Array(felt.prefix(MoodHistory.most)))
        #expect(MoodHistory([Self.entry(1)]).entries.isEmpty)
    }
}
