import Glibc

/// A line of a file by its number, found by reading the file anew. Lines end as YAML has it: with a line feed, a carriage
/// return or both.
enum SourceLine {
    /// What is kept of a longer line, in bytes.
    static let maximumLength = 1 << 20
    /// How far into a file the line is looked for, in bytes: far enough for every script that a person reads.
    static let maximumDistance = 64 << 20

    /// The line, without its end; `nil` when it is not there any more.
    static func read(_ number: Int, of path: String) -> String? {
        // Only of a regular file: reading a pipe again would take away what has not been carried out yet.
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var finder = LineFinder(number)
        var distance = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while distance < maximumDistance {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            distance += count
            if finder.take(buffer[..<count]) { break }
        }
        return finder.line
    }
}

/// Finds a line in what it is given piece by piece: UTF-8, or UTF-16 behind its byte order mark.
struct LineFinder {
    private enum Encoding {
        case utf8, utf16(isBigEndian: Bool)
    }

    private let number: Int
    private var encoding: Encoding?
    private var current = 1
    private var lastWasReturn = false
    private var isOver = false
    /// Bytes that are no whole unit yet.
    private var rest: [UInt8] = []
    private var bytes: [UInt8] = []
    private var units: [UInt16] = []

    init(_ number: Int) {
        self.number = number
    }

    /// The line; `nil` where there is none.
    var line: String? {
        guard isOver || current == number && !(bytes.isEmpty && units.isEmpty) else { return nil }
        return units.isEmpty ? String(decoding: bytes, as: UTF8.self) : String(decoding: units, as: UTF16.self)
    }

    /// Takes the next piece; whether the line is complete, or as long as is kept of one.
    mutating func take(_ piece: ArraySlice<UInt8>) -> Bool {
        rest += piece
        if encoding == nil { begin() }
        if case .utf16(let isBigEndian) = encoding {
            for offset in stride(from: 0, to: rest.count - 1, by: 2) where !isOver {
                let (first, second) = (UInt16(rest[offset]), UInt16(rest[offset + 1]))
                take(unit: isBigEndian ? first << 8 | second : second << 8 | first)
            }
            rest = rest.count % 2 == 0 ? [] : [rest[rest.count - 1]]
        } else {
            takeBytes()
            rest = []
        }
        return isOver || bytes.count + units.count >= SourceLine.maximumLength
    }

    private mutating func takeBytes() {
        var index = 0
        while index < rest.count, !isOver {
            let end = rest[index...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? rest.count
            if end > index {
                // Lines before the one that is looked for are only counted.
                if current == number { bytes += rest[index..<end] }
                lastWasReturn = false
            }
            if end < rest.count { take(unit: UInt16(rest[end])) }
            index = end + 1
        }
    }

    private mutating func begin() {
        if rest.starts(with: [0xFF, 0xFE]) || rest.starts(with: [0xFE, 0xFF]) {
            encoding = .utf16(isBigEndian: rest[0] == 0xFE)
            rest.removeFirst(2)
        } else {
            encoding = .utf8
            // The mark is no character of the first line.
            if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest.removeFirst(3) }
        }
    }

    private mutating func take(unit: UInt16) {
        let (isReturn, isFeed) = (unit == 0x0D, unit == 0x0A)
        if isReturn || isFeed && !lastWasReturn {
            if current == number { isOver = true } else { current += 1 }
        } else if !isFeed, current == number {
            if case .utf16 = encoding { units.append(unit) } else { bytes.append(UInt8(truncatingIfNeeded: unit)) }
        }
        lastWasReturn = isReturn
    }
}
