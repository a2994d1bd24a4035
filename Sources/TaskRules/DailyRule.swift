package import OperationCatalogue

/// The rule of today's list; the article <doc:TodaysList> explains it. Days are days in UTC.
package enum DailyRule {
    /// The list holds no more than this.
    package static let most = 50
    /// With less than this, tasks that nothing speaks for fill it up.
    package static let fewest = 10
    /// So many days after today a date begins to count.
    static let daysAhead: Int64 = 3

    package struct Urgency: Hashable {
        /// Rounded to hundredths.
        package let score: Double
        package let reason: String
    }

    /// The moment from which on a date does not count yet.
    package static func horizon(at moment: Timestamp) -> Timestamp {
        Timestamp(seconds: (moment.dayAndSecond.day + daysAhead + 1) * 86_400)
    }

    package static func urgency(
        completeBy: Timestamp?, status: TaskStatus, isPinned: Bool, desire: Double?, productive: Double?,
        at moment: Timestamp
    ) -> Urgency {
        var score = 10 * (desire ?? 0) + 10 * (productive ?? 0)
        var reasons: [String] = []
        func count(_ points: Double, _ reason: String) {
            score += points
            reasons.append(reason)
        }
        if let completeBy {
            let days = completeBy.dayAndSecond.day - moment.dayAndSecond.day
            switch days {
            case _ where completeBy < moment: count(50 + Double(min(-days, 20)), overdue(by: -days))
            case 0: count(40, "due today")
            case 1: count(20, "due tomorrow")
            case ...daysAhead: count(20 - 5 * Double(days - 1), "due in \(days) days")
            default: break
            }
        }
        switch status {
        case .inProgress: count(25, "in progress")
        case .inReview: count(20, "in review")
        default: break
        }
        if isPinned { count(15, "pinned") }
        if reasons.isEmpty { reasons = [attraction(desire: desire, productive: productive)] }
        return Urgency(score: (score * 100).rounded() / 100, reason: reasons.joined(separator: ", "))
    }

    private static func overdue(by days: Int64) -> String {
        switch days {
        case 0: "overdue since earlier today"
        case 1: "overdue by 1 day"
        default: "overdue by \(days) days"
        }
    }

    private static func attraction(desire: Double?, productive: Double?) -> String {
        switch ((desire ?? 0) > 0, (productive ?? 0) > 0) {
        case (true, true): "wanted and productive"
        case (true, false): "wanted"
        case (false, true): "productive"
        case (false, false): "nothing more urgent"
        }
    }
}
