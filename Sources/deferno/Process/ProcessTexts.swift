import Glibc

/// What the process was started with, as texts: its command line and the environment variables that it reads.
///
/// Both are bytes to the system. Swift repairs what is no UTF-8 by U+FFFD, so that another text would be stored than was given
/// and another file opened than was named; here it is refused, before anything is made of it.
enum ProcessTexts {
    /// A text that is not UTF-8.
    struct Fault: Error, Hashable {
        /// A sentence that names it.
        let message: String
    }

    /// The words of the command line, the program's name in front.
    static func commandLine() throws(Fault) -> [String] {
        var words: [String] = []
        for index in 0..<Int(CommandLine.argc) {
            guard let bytes = CommandLine.unsafeArgv[index] else { break }
            words.append(try word(bytes, number: index))
        }
        return words
    }

    /// A word of the command line.
    ///
    /// - Parameter number: 0 for the program's name.
    static func word(_ bytes: UnsafePointer<CChar>, number: Int) throws(Fault) -> String {
        if let text = String(validatingCString: bytes) { return text }
        let raw = UnsafeBufferPointer(start: bytes, count: strlen(bytes)).map { UInt8(bitPattern: $0) }
        let good = goodCount(raw)
        let byte = String(raw[good], radix: 16, uppercase: true)
        // The name that the value belongs to, which tells more than a number; the value itself may be a secret.
        let name = raw[..<good].firstIndex(of: UInt8(ascii: "=")).map { String(decoding: raw[..<$0], as: UTF8.self) }
        throw Fault(
            message: "argument \(number)\(name.map { ", \($0)," } ?? "") is not valid UTF-8: byte \(good + 1) of it is "
                + "0x\(byte); give it in UTF-8")
    }

    /// How many bytes there are before the first that is no UTF-8.
    private static func goodCount(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&rest) { count += UTF8.bytes(of: scalar) }
        return min(count, bytes.count - 1)
    }

    /// Looks at the environment variables that the program reads.
    static func checkEnvironment(
        _ names: [String] = EnvironmentVariables.names,
        value: (_ name: String) -> UnsafePointer<CChar>? = { UnsafePointer(getenv($0)) }
    ) throws(Fault) {
        for name in names {
            guard let bytes = value(name), String(validatingCString: bytes) == nil else { continue }
            throw Fault(message: "the environment variable \(name) is not valid UTF-8; set it anew, or unset it")
        }
    }
}

extension UTF8 {
    /// How many bytes a scalar takes.
    fileprivate static func bytes(of scalar: Unicode.Scalar) -> Int { UTF8.encode(scalar)?.count ?? 0 }
}
