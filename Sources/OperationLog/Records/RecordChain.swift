import Crypto

/// What binds a writer's records to one another: each has a hash over the hash of the one before and its own bytes (the
/// article <doc:RecordForm> says over which).
struct RecordChain {
    /// What begins the last member of a record; the bytes before it are hashed.
    static let member: StaticString = ",\"hash\":\""
    /// Hexadecimal digits of a hash.
    static let digits = 64

    /// The digits of the last record's hash; empty before the first record.
    private(set) var last: [UInt8] = []

    init() {}

    /// The chain up to a record with this hash.
    init(last: some Sequence<UInt8>) { self.last = Array(last) }

    /// Takes the next record and gives its hash.
    ///
    /// - Parameter line: hands over its bytes from the `{` up to ``member``, piece by piece.
    mutating func add(_ line: ((UnsafeRawBufferPointer) -> Void) -> Void) {
        var hash = SHA256()
        last.withUnsafeBytes { hash.update(bufferPointer: $0) }
        line { hash.update(bufferPointer: $0) }
        if last.isEmpty { last = Array(repeating: 0, count: Self.digits) }
        var position = 0
        for byte in hash.finalize() {
            last[position] = Self.digit(byte >> 4)
            last[position + 1] = Self.digit(byte & 0x0F)
            position += 2
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
    }
}
