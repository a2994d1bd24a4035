package import OperationCatalogue

/// A time as people write it: `2026-11-30T14:00:00Z`, with any offset; `2026-11-30 14:00`, which is local; a whole day, month or
/// year (`2026-11-30`, `11-30`, `2026-11`, `2026`); `14:00`, which is today; `today`, `yesterday`, `now`, with a time of day
/// behind the first two; or so long ago: `30s`, `45m`, `2h`, `3d`, `1w`.
package struct TimeExpression: Sendable {
    /// The first moment that it names.
    package let start: Timestamp
    /// The first moment behind it: a second later for one to the second, a day later for a day.
    package let end: Timestamp
    /// Whether it names a day, a month or a year.
    package let isPeriod: Bool

    /// What to write, for whoever has written something else.
    package static let examples =
        "2026-11-30, 2026-11-30 14:00, 2026-11-30T14:00:00Z, 2026-11, today, yesterday or 2h (ago)"

    /// `nil` where it is no time.
    package init?(_ text: String, now: Timestamp = .now, local: LocalTime = .system) {
        var reader = TimeReader(text: Substring(text.lowercased()).trimmed, now: now, local: local)
        guard let found = reader.expression() else { return nil }
        self = found
    }

    fileprivate init(_ start: Timestamp, _ end: Timestamp, isPeriod: Bool = false) {
        self.start = start
        self.end = end
        self.isPeriod = isPeriod
    }
}

private struct TimeReader {
    private var rest: Substring
    private let now: Timestamp
    private let local: LocalTime

    init(text: String, now: Timestamp, local: LocalTime) {
        rest = text[...]
        self.now = now
        self.local = local
    }

    mutating func expression() -> TimeExpression? {
        if rest == "now" { return TimeExpression(now, now) }
        if let ago = ago() { return ago }
        if take("today") { return time(on: today) }
        if take("yesterday") { return time(on: shifted(today, days: -1)) }
        let all = rest
        if let dated = dated() { return dated }
        rest = all
        return clock(on: today)
    }

    private var today: LocalTime.Civil {
        let civil = local.civil(at: now)
        return LocalTime.Civil(civil.year, civil.month, civil.day)
    }

    private func shifted(_ day: LocalTime.Civil, days: Int64) -> LocalTime.Civil {
        LocalTime.Civil(day.year, day.month, day.day + days)
    }

    private func ago() -> TimeExpression? {
        var rest = rest
        if rest.hasSuffix(" ago") { rest = rest.dropLast(4) }
        let unit: Int64? =
            switch rest.last {
            case "s": 1
            case "m": 60
            case "h": 3600
            case "d": 86_400
            case "w": 604_800
            default: nil
            }
        guard let unit, let count = Int64(rest.dropLast()), (0...1_000_000).contains(count) else { return nil }
        let moment = Timestamp(seconds: now.seconds - count * unit, nanoseconds: now.nanoseconds)
        return TimeExpression(moment, moment)
    }

    // MARK: Dates

    private mutating func dated() -> TimeExpression? {
        guard let first = number(digits: 4) else {
            // Without the year: the last such day.
            guard let month = number(digits: 2), take("-"), let day = number(digits: 2) else { return nil }
            return lastDay(month, day)
        }
        guard take("-") else {
            return rest.isEmpty ? period(from: .init(first, 1, 1), to: .init(first + 1, 1, 1)) : nil
        }
        guard let month = number(digits: 2), (1...12).contains(month) else { return nil }
        guard take("-") else {
            return rest.isEmpty ? period(from: .init(first, month, 1), to: .init(first, month + 1, 1)) : nil
        }
        guard let day = number(digits: 2), isDay(first, month, day) else { return nil }
        return time(on: LocalTime.Civil(first, month, day))
    }

    private mutating func lastDay(_ month: Int64, _ day: Int64) -> TimeExpression? {
        let rest = rest
        for year in [today.year, today.year - 1] where isDay(year, month, day) {
            self.rest = rest
            if let found = time(on: LocalTime.Civil(year, month, day)), found.start <= now { return found }
        }
        return nil
    }

    private func isDay(_ year: Int64, _ month: Int64, _ day: Int64) -> Bool {
        guard year > 0, (1...12).contains(month), day > 0 else { return false }
        let date = Timestamp.civilDate(fromDays: Timestamp.days(fromYear: year, month: month, day: day))
        return date.month == month && date.day == day
    }

    private func period(from first: LocalTime.Civil, to next: LocalTime.Civil) -> TimeExpression? {
        guard first.year > 0 else { return nil }
        return TimeExpression(local.moment(of: first), local.moment(of: next), isPeriod: true)
    }

    /// What stands behind a day: a time of day, or nothing.
    private mutating func time(on day: LocalTime.Civil) -> TimeExpression? {
        if rest.isEmpty { return period(from: day, to: shifted(day, days: 1)) }
        guard take("t") || take(" ") else { return nil }
        rest = rest.drop(while: \.isWhitespace)
        return clock(on: day)
    }

    // MARK: Times of day

    private mutating func clock(on day: LocalTime.Civil) -> TimeExpression? {
        guard let hour = number(digits: 2), hour < 24, take(":"), let minute = number(digits: 2), minute < 60 else {
            return nil
        }
        var (second, width, nanoseconds, digit): (Int64, Int64, Int32, Int32) = (0, 60, 0, 1_000_000_000)
        if take(":") {
            guard let seconds = number(digits: 2), seconds <= 60 else { return nil }
            (second, width) = (seconds, 1)
            if take(".") {
                let digits = rest.prefix { $0.isASCII && $0.isNumber }
                guard !digits.isEmpty else { return nil }
                rest = rest.dropFirst(digits.count)
                for value in digits.prefix(9).compactMap(\.wholeNumberValue) {
                    digit /= 10
                    nanoseconds += Int32(value) * digit
                }
            }
        }
        guard let zone = zone() else { return nil }
        let civil = LocalTime.Civil(day.year, day.month, day.day, hour, minute, second)
        let start = Timestamp(seconds: zone.moment(of: civil).seconds, nanoseconds: nanoseconds)
        let end = digit == 1_000_000_000 ? Timestamp(seconds: start.seconds + width) : start.later(by: digit)
        return TimeExpression(start, end)
    }

    /// `Z`, `UTC`, `+01:00`, `+0100`, `+01`, with or without a space before it; the local one where nothing is left.
    private mutating func zone() -> LocalTime? {
        if rest.isEmpty { return local }
        rest = rest.drop(while: \.isWhitespace)
        if rest == "z" || rest == "utc" { return .fixed(0) }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), hours < 24 else { return nil }
        if rest.isEmpty { return .fixed(sign * hours * 3600) }
        _ = take(":")
        guard let minutes = number(digits: 2), minutes < 60, rest.isEmpty else { return nil }
        return .fixed(sign * (hours * 3600 + minutes * 60))
    }

    // MARK: Characters

    private mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func number(digits count: Int) -> Int64? {
        let digits = rest.prefix(count)
        guard digits.count == count, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        rest = rest.dropFirst(count)
        return Int64(digits)
    }
}

extension Timestamp {
    fileprivate func later(by more: Int32) -> Timestamp {
        let sum = nanoseconds + more
        return sum < 1_000_000_000
            ? Timestamp(seconds: seconds, nanoseconds: sum)
            : Timestamp(seconds: seconds + 1, nanoseconds: sum - 1_000_000_000)
    }
}

extension StringProtocol {
    /// Without the white space before and behind it.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
