import Glibc
package import OperationCatalogue

/// The times of a place on earth: those of the machine's time zone, or at a fixed distance from UTC.
package struct LocalTime: Sendable {
    /// As the variable `TZ` or the machine's settings have it (tzset(3)).
    package static let system = LocalTime(offset: nil)

    /// Seconds east of UTC; `nil` for the machine's time zone.
    private let offset: Int64?

    private init(offset: Int64?) { self.offset = offset }

    package static func fixed(_ offset: Int64) -> LocalTime { LocalTime(offset: offset) }

    /// A date and a time of day as a calendar and a clock show them. Days and months out of bounds go on into the next ones.
    package struct Civil: Hashable, Sendable {
        package var year: Int64
        package var month: Int64
        package var day: Int64
        package var hour: Int64 = 0
        package var minute: Int64 = 0
        package var second: Int64 = 0

        package init(
            _ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64 = 0, _ minute: Int64 = 0, _ second: Int64 = 0
        ) {
            (self.year, self.month, self.day) = (year, month, day)
            (self.hour, self.minute, self.second) = (hour, minute, second)
        }
    }

    /// The moment at which this is the local time. A time that a change of clocks leaves out is taken as the one that the
    /// clocks then show; of one that comes twice, what mktime(3) chooses.
    package func moment(of civil: Civil) -> Timestamp {
        let months = civil.year * 12 + civil.month - 1
        let (year, month) = (months >= 0 ? months / 12 : (months - 11) / 12, (months % 12 + 12) % 12 + 1)
        let day = Timestamp.days(fromYear: year, month: month, day: 1) + civil.day - 1
        let seconds = day * 86_400 + civil.hour * 3600 + civil.minute * 60 + civil.second
        guard offset == nil else { return Timestamp(seconds: seconds - (offset ?? 0)) }
        let date = Timestamp.civilDate(fromDays: day)
        var time = tm()
        time.tm_year = CInt(clamping: date.year - 1900)
        time.tm_mon = CInt(clamping: date.month - 1)
        time.tm_mday = CInt(clamping: date.day)
        time.tm_hour = CInt(clamping: civil.hour)
        time.tm_min = CInt(clamping: civil.minute)
        time.tm_sec = CInt(clamping: civil.second)
        time.tm_isdst = -1
        return Timestamp(seconds: Int64(mktime(&time)))
    }

    package func civil(at moment: Timestamp) -> Civil {
        if let offset {
            let (day, second) = Timestamp(seconds: moment.seconds + offset).dayAndSecond
            let date = Timestamp.civilDate(fromDays: day)
            return Civil(date.year, date.month, date.day, second / 3600, second / 60 % 60, second % 60)
        }
        let time = Self.broken(moment)
        return Civil(
            Int64(time.tm_year) + 1900, Int64(time.tm_mon) + 1, Int64(time.tm_mday), Int64(time.tm_hour),
            Int64(time.tm_min), Int64(time.tm_sec))
    }

    /// What the time zone is called, in summer too where that is another name: `UTC`, `CET/CEST`, `UTC-03`.
    ///
    /// - Parameter now: names change; those of this year are given.
    package func name(at now: Timestamp) -> String {
        if let offset {
            let minutes = abs(offset) / 60
            let text = "\(Self.digits(minutes / 60)):\(Self.digits(minutes % 60))"
            return offset == 0 ? "UTC" : "UTC\(offset < 0 ? "-" : "+")\(text)"
        }
        let year = civil(at: now).year
        let names = [moment(of: Civil(year, 1, 1)), moment(of: Civil(year, 7, 1))].map { moment in
            let time = Self.broken(moment)
            let name = time.tm_zone.map { String(cString: $0) } ?? ""
            return name.first.map { $0 == "+" || $0 == "-" } == true ? "UTC\(name)" : name
        }
        return names[0] == names[1] ? names[0] : "\(names[0])/\(names[1])"
    }

    /// `2026-11-28 06:21:31`, in the form that ``TimeExpression`` takes.
    ///
    /// - Parameter isShort: without the year.
    package func text(of moment: Timestamp, isShort: Bool = false) -> String {
        let civil = civil(at: moment)
        let clock = [civil.hour, civil.minute, civil.second].map { Self.digits($0) }.joined(separator: ":")
        let date = "\(Self.digits(civil.month))-\(Self.digits(civil.day))"
        return isShort ? "\(date) \(clock)" : "\(civil.year)-\(date) \(clock)"
    }

    private static func digits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func broken(_ moment: Timestamp) -> tm {
        var (seconds, time) = (time_t(moment.seconds), tm())
        localtime_r(&seconds, &time)
        return time
    }
}
