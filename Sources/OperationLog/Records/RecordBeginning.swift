import OperationCatalogue

/// The word of a record's `kind`.
enum RecordKind: String, CaseIterable {
    case header, intent, outcome, access, checkpoint
    case runBegin = "run.begin"
    case runEnd = "run.end"
    case recovered = "log.recovered"
    case removed = "log.removed"
}

/// What a record begins with, up to its sequence number: `{"v":4,"kind":"intent","time":"...","writer":"...","seq":`.
struct RecordBeginning {
    /// The version of the form that is written.
    static let version = 4
    private(set) var bytes: [UInt8] = []
    private var kind: RecordKind?
    private var timeOffset = 0
    private let rest: [UInt8]

    init(writer: UniqueIdentifier) {
        rest = Array("\",\"writer\":\"\(writer)\",\"seq\":".utf8)
    }

    mutating func set(_ kind: RecordKind, _ time: Timestamp) {
        if self.kind != kind {
            self.kind = kind
            bytes = Array("{\"v\":\(Self.version),\"kind\":\"\(kind.rawValue)\",\"time\":\"".utf8)
            timeOffset = bytes.count
            bytes += Array(repeating: 0, count: 27) + rest
        }
        bytes.withUnsafeMutableBytes { buffer in
            _ = time.write(into: UnsafeMutableRawBufferPointer(rebasing: buffer[timeOffset...]), fractionDigits: 6)
        }
    }
}
