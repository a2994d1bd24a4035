import OperationCatalogue

/// Moods over time as an SVG drawing: two lines from -1 to 1, and below them an arrow for each mood that a task left, as long
/// as the mood is strong and turned by its angle, counter-clockwise from the right.
struct MoodPlot {
    /// The earliest first.
    private let entries: [MoodEntry]
    private let axes: MoodAxes

    /// The length of the arrow of a mood of strength 1.
    private static let arrowLength = 16.0

    /// - Parameter entries: in any order; `nil` comes of none.
    init?(_ entries: [MoodEntry]) {
        self.entries = entries.sorted { $0.finished < $1.finished }
        guard let first = self.entries.first, let last = self.entries.last else { return nil }
        let hasArrows = self.entries.contains { $0.finish != nil }
        axes = MoodAxes(from: first.finished, to: last.finished, roomBelow: hasArrows ? 54 : 0)
        summary = Self.summary(of: self.entries, from: first.finished, to: last.finished)
    }

    /// What there is to see, for those who do not see it.
    private let summary: String

    var html: HTML {
        """
        <svg class="plot" viewBox="0 0 \(MoodAxes.width) \(axes.height)" role="img" \
        aria-labelledby="plot-title plot-text">
        <title id="plot-title">Moods of finished tasks over time</title>
        <desc id="plot-text">\(summary)</desc>
        \(axes.html)
        <g class="productive">\(line(\.productive))\(points(\.productive, mark: dot))</g>
        <g class="desire">\(line(\.desire))\(points(\.desire, mark: diamond))</g>
        <g class="mood">\(entries.map(arrow).joined())</g>
        </svg>
        """
    }

    private static func summary(of entries: [MoodEntry], from first: Timestamp, to last: Timestamp) -> String {
        func mean(_ name: String, _ value: (MoodEntry) -> Double?) -> String? {
            let values = entries.compactMap(value)
            guard !values.isEmpty else { return nil }
            return "\(name) \((values.reduce(0, +) / Double(values.count)).formatted(digits: 2))"
        }
        let means = [mean("productive", \.productive), mean("desire", \.desire)].compactMap { $0 }
        let average = means.isEmpty ? "" : " On average: \(means.joined(separator: ", ")), between −1 and 1."
        return "\(Timestamp.counted(entries.count, "task")) from \(first.date) to \(last.date).\(average)"
    }
}

// MARK: - Series

extension MoodPlot {
    private typealias Place = (x: Double, y: Double)

    private func places(_ value: (MoodEntry) -> Double?) -> [Place] {
        entries.compactMap { entry in value(entry).map { (axes.x(entry.finished), axes.y($0)) } }
    }

    private func line(_ value: (MoodEntry) -> Double?) -> HTML? {
        let places = places(value).map { "\($0.x.decimal(digits: 1)) \($0.y.decimal(digits: 1))" }
        return places.count < 2 ? nil : "<path class=\"line\" d=\"M\(places.joined(separator: "L"))\"/>"
    }

    private func points(_ value: (MoodEntry) -> Double?, mark: (Place) -> HTML) -> HTML {
        places(value).map(mark).joined()
    }

    private func dot(at place: Place) -> HTML {
        "<circle class=\"point\" cx=\"\(place.x.decimal(digits: 1))\" cy=\"\(place.y.decimal(digits: 1))\" r=\"3.5\"/>"
    }

    private func diamond(at place: Place) -> HTML {
        let top = "\(place.x.decimal(digits: 1)) \((place.y - 4.5).decimal(digits: 1))"
        return "<path class=\"point\" d=\"M\(top)l4.5 4.5l-4.5 4.5l-4.5 -4.5z\"/>"
    }

    /// A dot where the mood is at its middle, and a shaft with a head in its direction.
    private func arrow(_ entry: MoodEntry) -> HTML {
        guard let mood = entry.finish else { return .empty }
        let length = max(0, min(1, mood.r)) * Self.arrowLength
        let tip = length.decimal(digits: 1)
        let head = (length - 3.5).decimal(digits: 1)
        let degrees = (-mood.theta * 180 / .pi).decimal(digits: 1)
        return """
            <g transform="translate(\(axes.x(entry.finished).decimal(digits: 1)) \(axes.below)) rotate(\(degrees))">\
            <circle r="1.5"/><path d="M0 0H\(tip)M\(head) -3L\(tip) 0L\(head) 3"/></g>
            """
    }
}
