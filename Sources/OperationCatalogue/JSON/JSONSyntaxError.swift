/// Why some bytes are not a JSON text, and where.
package struct JSONSyntaxError: Error, Hashable, Sendable {
    /// A plain sentence: what was expected and what was found. It quotes one character of the text, or a key.
    package let message: String

    /// The place of the fault as a number of bytes before it.
    package let offset: Int

    package init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// The place of the fault for people: line and column, both counted from 1. A line ends with LF; a column counts Unicode
    /// scalars, and a byte that is no UTF-8 as one.
    ///
    /// - Parameter text: the bytes that were read when the error was thrown.
    package func position(in text: some Collection<UInt8>) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in text.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    package var description: String {
        "\(message) (at byte \(offset))"
    }
}
