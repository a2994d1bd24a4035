/// A value that must never be shown: its descriptions, its reflection and its JSON form say `[redacted]`.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What stands in the place of a secret.
    package static let redacted = "[redacted]"

    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The secret itself, for the one place that sends it.
    package func reveal() -> String { text }

    package var description: String { Self.redacted }
    package var debugDescription: String { Self.redacted }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
