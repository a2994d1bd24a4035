import OperationCatalogue
import OperationLog

extension LogSync: SettingValue {
    init(_ input: SettingInput) throws(SettingFault) {
        let text = try input.text(expecting: "each, group or none")
        guard let sync = LogSync(rawValue: text) else {
            throw SettingFault("expected each, group or none, found \(text.quotedExcerpt)")
        }
        self = sync
    }

    var json: JSONValue { .string(rawValue) }
}

extension LogRotation: SettingValue {
    private static let expectation = "a size such as 64MiB, daily, both with a comma, or never"

    /// `64MiB`, `daily`, `64MiB,daily` or `never`.
    init(_ input: SettingInput) throws(SettingFault) {
        self.init()
        let words: [String] =
            switch input {
            case .text(let text): text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
            case .list(let words): words
            }
        if words == ["never"] { return }
        for word in words {
            if word == "daily", !isDaily {
                isDaily = true
            } else if let bytes = ByteCount(word)?.bytes, size == nil {
                guard bytes >= Self.leastSize else {
                    throw SettingFault("expected \(Self.expectation), of 4KiB or more, found \(word.quotedExcerpt)")
                }
                size = bytes
            } else {
                throw SettingFault("expected \(Self.expectation), found \(word.quotedExcerpt)")
            }
        }
    }

    /// What holds where nothing else is asked for.
    static let standard: LogRotation = {
        var rotation = LogRotation()
        rotation.size = 64 << 20
        return rotation
    }()

    /// Every writer has a header in every segment.
    private static let leastSize: Int64 = 4096

    var json: JSONValue {
        let words = (size.map { [ByteCount(bytes: $0).text] } ?? []) + (isDaily ? ["daily"] : [])
        return .string(words.isEmpty ? "never" : words.joined(separator: ","))
    }
}

/// A number of bytes with a unit: `65536`, `512KiB`, `64MiB`, `1GiB`, `10MB` (IEC 80000-13 and SI).
struct ByteCount: Hashable {
    let bytes: Int64

    init(bytes: Int64) { self.bytes = bytes }

    init?(_ text: String) {
        let number = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[number.endIndex...]
        guard let count = Int64(number), let factor = Self.units.first(where: { $0.name == unit })?.bytes
        else { return nil }
        let (bytes, overflows) = count.multipliedReportingOverflow(by: factor)
        guard !overflows else { return nil }
        self.bytes = bytes
    }

    /// The largest unit that gives a whole number.
    var text: String {
        let unit = Self.units.last { $0.isBinary && bytes % $0.bytes == 0 }
        return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)"
    }

    private static let units: [(name: String, bytes: Int64, isBinary: Bool)] = [
        ("", 1, true), ("KiB", 1 << 10, true), ("MiB", 1 << 20, true), ("GiB", 1 << 30, true),
        ("kB", 1000, false), ("MB", 1_000_000, false), ("GB", 1_000_000_000, false),
    ]
}

/// How many finished segments of a log stay.
struct SegmentCount: SettingValue {
    let count: Int

    init(_ input: SettingInput) throws(SettingFault) {
        let text = try input.text(expecting: "a number of segments")
        guard let count = Int(text), (0...1_000_000).contains(count) else {
            throw SettingFault("expected a number of segments from 0 to 1000000, found \(text.quotedExcerpt)")
        }
        self.count = count
    }

    var json: JSONValue { .integer(Int64(count)) }
}

/// How long a finished segment of a log stays.
struct RetentionTime: SettingValue {
    let seconds: Int64
    private let text: String

    /// `90d`, `12h` or `52w`.
    init(_ input: SettingInput) throws(SettingFault) {
        let expectation = "a time such as 90d, 12h or 52w"
        text = try input.text(expecting: expectation)
        let unit: Int64? =
            switch text.last {
            case "h": 3600
            case "d": 86_400
            case "w": 604_800
            default: nil
            }
        guard let unit, let count = Int64(text.dropLast()), (1...100_000).contains(count) else {
            throw SettingFault("expected \(expectation), found \(text.quotedExcerpt)")
        }
        seconds = count * unit
    }

    var json: JSONValue { .string(text) }
}
