/// A place in a YAML stream, as an editor counts it: lines and columns begin at 1.
///
/// The column counts Unicode scalars, as libyaml does, not bytes and not grapheme clusters; a byte order mark at the
/// start of the stream is not counted. Both saturate at 4,294,967,295, which keeps a mark in eight bytes.
package struct YAMLMark: Hashable, Sendable {
    private let storedLine: UInt32
    private let storedColumn: UInt32

    /// The line, 1 for the first.
    package var line: Int { Int(storedLine) }

    /// The column, 1 for the first character of a line.
    package var column: Int { Int(storedColumn) }

    /// The first character of the stream.
    package static let start = YAMLMark(line: 1, column: 1)

    /// A mark from 1-based numbers. Numbers outside 0...4,294,967,295 are brought to the nearest end.
    package init(line: Int, column: Int) {
        storedLine = UInt32(clamping: line)
        storedColumn = UInt32(clamping: column)
    }

    @inline(__always)
    init(storedLine: UInt32, storedColumn: UInt32) {
        self.storedLine = storedLine
        self.storedColumn = storedColumn
    }
}

extension YAMLMark: Comparable {
    package static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.storedLine, left.storedColumn) < (right.storedLine, right.storedColumn)
    }
}

extension YAMLMark: CustomStringConvertible {
    /// The form used in messages: `line 3, column 5`.
    package var description: String { "line \(line), column \(column)" }
}
