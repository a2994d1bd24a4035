import OperationCatalogue

/// Where things are in the plot of the moods: the time from left to right, and -1 to 1 from below.
///
/// The drawing is 360 units wide, a phone's width, so that its texts are about as large there as they are made.
struct MoodAxes {
    static let width = 360

    private static let left = 30.0
    private static let right = 346.0
    /// No mark lies on the edge.
    private static let margin = 10.0
    /// Where 1 and -1 are.
    private static let top = 14.0
    private static let bottom = 150.0

    private let first: Timestamp
    private let last: Timestamp
    private let roomBelow: Int

    /// - Parameters:
    ///   - last: not before `first`; where both are the same, everything is in the middle.
    ///   - roomBelow: the height of what stands between the lowest line and the names of the days.
    init(from first: Timestamp, to last: Timestamp, roomBelow: Int = 0) {
        self.first = first
        self.last = last
        self.roomBelow = roomBelow
    }

    var height: Int { Int(Self.bottom) + roomBelow + 30 }

    /// The middle of the room below.
    var below: Int { Int(Self.bottom) + 4 + roomBelow / 2 }

    func x(_ time: Timestamp) -> Double {
        guard last.seconds > first.seconds else { return (Self.left + Self.right) / 2 }
        let share = Double(time.seconds - first.seconds) / Double(last.seconds - first.seconds)
        return Self.left + Self.margin + share * (Self.right - Self.left - 2 * Self.margin)
    }

    /// A value outside -1 to 1 is at the edge.
    func y(_ value: Double) -> Double {
        (Self.top + Self.bottom) / 2 - max(-1, min(1, value)) * (Self.bottom - Self.top) / 2
    }

    var html: HTML {
        let lines = [1, 0.5, 0, -0.5, -1].map(line)
        let levels = [(1.0, "1"), (0, "0"), (-1, "−1")].map(level)
        return "\(lines.joined())\(levels.joined())\n\(days.joined())"
    }
}

// MARK: - Markup

extension MoodAxes {
    private func line(at value: Double) -> HTML {
        let path = "M\(Self.left.decimal(digits: 0)) \(y(value).decimal(digits: 1))H\(Self.right.decimal(digits: 0))"
        return "<path class=\"\(value == 0 ? "axis" : "grid")\" d=\"\(path)\"/>"
    }

    private func level(_ value: Double, named name: String) -> HTML {
        "<text x=\"24\" y=\"\((y(value) + 4).decimal(digits: 1))\" text-anchor=\"end\">\(name)</text>"
    }

    /// The first day and the last one, and the middle where that is another.
    private var days: [HTML] {
        let middle = Timestamp(seconds: first.seconds + (last.seconds - first.seconds) / 2)
        guard first.date != last.date else { return [day(last.date, at: (Self.left + Self.right) / 2, "middle")] }
        let ends = [day(first.date, at: Self.left, "start"), day(last.date, at: Self.right, "end")]
        guard middle.date != first.date, middle.date != last.date else { return ends }
        return ends + [day(middle.dayAndMonth, at: x(middle), "middle")]
    }

    private func day(_ text: String, at x: Double, _ anchor: String) -> HTML {
        "<text x=\"\(x.decimal(digits: 1))\" y=\"\(height - 6)\" text-anchor=\"\(anchor)\">\(text)</text>"
    }
}
