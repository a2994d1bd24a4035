import OperationCatalogue

/// The same random numbers in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int {
        Int.random(in: 0..<bound, using: &self)
    }
}

extension SeededGenerator {
    mutating func value(depth: Int) -> JSONValue {
        switch below(depth > 0 ? 8 : 6) {
        case 0: .null
        case 1: .bool(below(2) == 0)
        case 2: .integer(Int64(truncatingIfNeeded: next()) >> below(64))
        case 3: .number(double())
        case 4, 5: .string(string())
        case 6: .array((0..<below(20)).map { _ in value(depth: depth - 1) })
        default: .object(object(depth: depth - 1))
        }
    }

    mutating func object(depth: Int) -> JSONObject {
        var object = JSONObject()
        for _ in 0..<below(below(10) == 0 ? 100 : 10) {
            object[string()] = value(depth: depth)
        }
        return object
    }

    /// Any finite double, each bit pattern as likely as another.
    mutating func double() -> Double {
        let double = Double(bitPattern: next())
        return double.isFinite ? double : self.double()
    }

    mutating func string() -> String {
        var string = ""
        for _ in 0..<below(40) {
            string.unicodeScalars.append(scalar())
        }
        return string
    }

    private mutating func scalar() -> Unicode.Scalar {
        let bound: UInt32 = [0x20, 0x80, 0x80, 0x80, 0x800, 0x10000, 0x110000][below(7)]
        return Unicode.Scalar(UInt32.random(in: 0..<bound, using: &self)) ?? "\u{FFFD}"
    }
}
