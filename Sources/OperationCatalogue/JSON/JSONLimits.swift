/// What a reader of JSON puts up with.
package struct JSONLimits: Hashable, Sendable {
    /// The deepest nesting a limit can allow: reading goes down one call for each level, on stacks of unknown size.
    package static let deepest = 512

    /// How many arrays and objects may be open at once; a text that opens one more is refused. Kept within
    /// `0...JSONLimits.deepest`, and 128 unless told.
    package let maximumDepth: Int

    package init(maximumDepth: Int = 128) {
        self.maximumDepth = min(max(maximumDepth, 0), Self.deepest)
    }
}
