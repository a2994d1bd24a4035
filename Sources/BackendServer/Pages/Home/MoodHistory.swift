import OperationCatalogue

/// The section with somebody's moods: a plot, and the same as a table.
struct MoodHistory {
    /// Those that are shown, the latest first.
    let entries: [MoodEntry]

    /// More would be neither readable as a plot nor as a table.
    static let most = 60

    init(_ entries: [MoodEntry]) {
        self.entries = Array(entries.lazy.filter(\.hasFeeling).prefix(Self.most))
    }

    var html: HTML {
        guard let plot = MoodPlot(entries) else {
            return """
                <p class="nothing">Tasks that were done with <code>productive</code>, <code>desire</code> or a mood appear \
                here.</p>
                """
        }
        return """
            <figure>
            \(plot.html)
            <figcaption>
            \(keys.lines())
            </figcaption>
            </figure>
            <details class="below">
            <summary>The same as a table</summary>
            <div class="scroll" role="region" aria-label="Moods as a table" tabindex="0">
            <table>
            <thead>
            <tr><th scope="col">Finished</th><th scope="col">Task</th><th scope="col">Productive</th>\
            <th scope="col">Desire</th><th scope="col">Mood</th></tr>
            </thead>
            <tbody>
            \(entries.map(row).lines())
            </tbody>
            </table>
            </div>
            </details>
            """
    }

    /// What the marks mean that occur.
    private var keys: [HTML] {
        var keys: [HTML] = []
        if entries.contains(where: { $0.productive != nil }) {
            keys.append("<span class=\"key productive\">● productive</span>")
        }
        if entries.contains(where: { $0.desire != nil }) { keys.append("<span class=\"key desire\">◆ desire</span>") }
        if entries.contains(where: { $0.finish != nil }) {
            keys.append("<span class=\"key mood\">→ mood at the end</span>")
        }
        return keys
    }

    private func row(_ entry: MoodEntry) -> HTML {
        """
        <tr><td>\(entry.finished.element(entry.finished.date))</td><th scope="row"><bdi>\(entry.title)</bdi></th>\
        <td>\(number(entry.productive))</td><td>\(number(entry.desire))</td>\
        <td>\(mood(entry.start)) → \(mood(entry.finish))</td></tr>
        """
    }

    private func number(_ value: Double?) -> String {
        value.map { $0.formatted(digits: 2) } ?? "–"
    }

    /// Strength and angle, the latter in degrees.
    private func mood(_ mood: Mood?) -> String {
        guard let mood else { return "–" }
        return "\(mood.r.formatted(digits: 2)) at \((mood.theta * 180 / .pi).formatted(digits: 0))°"
    }
}
