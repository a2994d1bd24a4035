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

    /// The place of the fault for people; see ``JSONPlace``.
    ///
    /// - Parameter text: the bytes that were read when the error was thrown.
    package func position(in text: some Collection<UInt8>) -> (line: Int, column: Int) {
        var place = JSONPlace()
        for byte in text.prefix(offset) { place.step(over: byte) }
        return (place.line, place.column)
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    package var description: String {
        "\(message) (at byte \(offset))"
    }
}
