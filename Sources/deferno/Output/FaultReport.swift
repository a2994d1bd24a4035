import BatchFrontend
import Glibc
import YAMLEvents

/// Shows where a script is wrong: the place, the sentence, the line and a caret under it.
enum FaultReport {
    /// How much of a long line is shown.
    static let width = 120

    static func text(_ fault: PlacedFault) -> String {
        let headline = fault.headline.escapedForTerminal
        guard let excerpt = excerpt(fault) else { return headline + "\n" }
        return "\(headline)\n\(excerpt)"
    }

    private static func excerpt(_ fault: PlacedFault) -> String? {
        guard fault.file != "-", let line = SourceLine.read(fault.fault.mark.line, of: fault.file) else { return nil }
        let characters = Array(line.unicodeScalars)
        let column = min(fault.fault.mark.column - 1, characters.count)
        let start = max(0, min(column - width / 2, characters.count - width))
        let shown = characters[start..<min(start + width, characters.count)]
        guard !shown.isEmpty else { return nil }
        let text = String(String.UnicodeScalarView(shown.map { $0.isShownOnTerminal ? $0 : " " }))
        return "    \(text)\n    \(String(repeating: " ", count: column - start))^\n"
    }
}

/// A line of a file by its number, found by reading the file anew.
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
        var current = 1
        var line: [UInt8] = []
        var distance = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while distance < maximumDistance, line.count < maximumLength {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            distance += count
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let end = rest.firstIndex(of: UInt8(ascii: "\n"))
                if current == number { line += rest[..<(end ?? rest.endIndex)] }
                guard let end else { break }
                if current == number { return text(line) }
                current += 1
                rest = rest[(end + 1)...]
            }
        }
        return current == number && !line.isEmpty ? text(line) : nil
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}
