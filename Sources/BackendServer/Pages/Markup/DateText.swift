import OperationCatalogue

/// Times as people read them. All are in UTC, as the days of today's list are.
extension Timestamp {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `28 Nov`
    var dayAndMonth: String {
        let date = Self.civilDate(fromDays: dayAndSecond.day)
        return "\(date.day) \(Self.months[Int(date.month) - 1])"
    }

    /// `28 Nov 2026`
    var date: String {
        "\(dayAndMonth) \(Self.civilDate(fromDays: dayAndSecond.day).year)"
    }

    /// `09:05`
    var hourAndMinute: String {
        let second = dayAndSecond.second
        return "\(Self.twoDigits(second / 3600)):\(Self.twoDigits(second / 60 % 60))"
    }

    /// `09:05:07`
    var clock: String {
        "\(hourAndMinute):\(Self.twoDigits(dayAndSecond.second % 60))"
    }

    /// How long before `now` this was: `just now`, `1 minute ago`, `3 hours ago`, from two days on the date.
    func ago(at now: Timestamp) -> String {
        let seconds = now.seconds - seconds
        return switch seconds {
        case ..<60: "just now"
        case ..<3600: Self.counted(Int(seconds / 60), "minute") + " ago"
        case ..<172_800: Self.counted(Int(seconds / 3600), "hour") + " ago"
        default: "on \(date)"
        }
    }

    /// `1 minute`, `2 minutes`
    static func counted(_ count: Int, _ unit: String) -> String {
        count == 1 ? "1 \(unit)" : "\(count) \(unit)s"
    }

    /// An element that holds this time for programs and `text` for people.
    func element(_ text: String) -> HTML {
        "<time datetime=\"\(self.text(fractionDigits: 0))\">\(text)</time>"
    }

    private static func twoDigits(_ value: Int64) -> String {
        value < 10 ? "0\(value)" : String(value)
    }
}

extension Timestamp {
    /// A time to wait, rounded up to whole minutes from two minutes on: `30 seconds`, `5 minutes`.
    static func waiting(seconds: Int) -> String {
        seconds < 120 ? counted(max(1, seconds), "second") : counted((seconds + 59) / 60, "minute")
    }
}
