package import OperationCatalogue

/// How a finished task felt, made from an entry of the payload of `get_mood_history`.
package struct MoodEntry: Hashable, Sendable {
    package let title: String
    package let finished: Timestamp
    /// -1 to 1.
    package let productive: Double?
    /// -1 to 1.
    package let desire: Double?
    package let start: Mood?
    package let finish: Mood?

    package init(
        title: String, finished: Timestamp, productive: Double?, desire: Double?, start: Mood? = nil,
        finish: Mood? = nil
    ) {
        self.title = title
        self.finished = finished
        self.productive = productive
        self.desire = desire
        self.start = start
        self.finish = finish
    }

    package init?(_ entry: JSONValue) {
        guard let finished = entry.time(.finished) else { return nil }
        self.init(
            title: entry.text(.taskTitle) ?? "", finished: finished, productive: entry.number(.productive),
            desire: entry.number(.desire), start: entry.mood(.moodStart), finish: entry.mood(.moodFinish))
    }

    /// Whether there is anything to draw.
    var hasFeeling: Bool { productive != nil || desire != nil || start != nil || finish != nil }
}
