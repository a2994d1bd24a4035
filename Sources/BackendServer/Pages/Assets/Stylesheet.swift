/// The one style sheet of the pages.
package enum Stylesheet {
    package static let text = [
        """
        :root { color-scheme: light dark; \(Palette.light.properties) }
        @media (prefers-color-scheme: dark) { :root { \(Palette.dark.properties) } }
        """,
        frame, controls, tasks, records, plot,
    ].joined(separator: "\n")
}
