/// Something in a log that is not as its writers left it.
package struct LogFinding: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// A line was changed, or put in.
        case edited
        /// Records are missing before a line.
        case removed
        /// A record stands elsewhere than where it was written.
        case reordered
        /// A record has a number that its writer has used before.
        case duplicated
        /// Records are missing at the end of a file, or a compressed file is cut short.
        case truncated
        /// The log, or an end of it that was expected, is not there.
        case missing
        /// A signature is missing, or is not one of the key that it must be of.
        case signature
        /// A line was begun and never ended, as a crash leaves it: nobody's doing, as far as can be told.
        case torn

        /// Whether it takes somebody to do that, or a fault of the disk.
        package var isFault: Bool { self != .torn }
    }

    package let kind: Kind
    /// The file's path.
    package let file: String
    /// Line numbers from 1.
    package let lines: ClosedRange<Int>
    /// What was found, as a sentence without its first capital and without a full stop.
    package let message: String
}

/// Where a line stands.
struct LinePlace: Hashable, Comparable {
    /// The position of its file among those that were read.
    let segment: Int32
    /// From 1.
    let line: Int

    static func < (left: Self, right: Self) -> Bool {
        left.segment == right.segment ? left.line < right.line : left.segment < right.segment
    }
}
