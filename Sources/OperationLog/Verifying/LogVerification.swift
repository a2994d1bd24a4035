/// What verifying a log has brought to light.
package struct LogVerification: Sendable {
    /// In the order of the lines; the first 10,000.
    package let findings: [LogFinding]
    package let summary: Summary

    package struct Summary: Sendable {
        package internal(set) var segments = 0
        /// Records of version 2, 3 and 4.
        package internal(set) var records = 0
        package internal(set) var writers = 0
        /// Findings by kind, those beyond the limit included.
        package internal(set) var counts: [LogFinding.Kind: Int] = [:]
        /// Lines that a record says were torn.
        package internal(set) var confirmedTornLines = 0
        /// Segments that records say were removed, by their names.
        package internal(set) var removals: [String] = []
        /// Checkpoints with a good signature.
        package internal(set) var signedCheckpoints = 0
        /// The public keys that headers name.
        package internal(set) var keys: [String] = []

        /// Whether the log was to hold a certain end, and does, itself or by what stands after it.
        package internal(set) var isHeadExpected = false
        package internal(set) var isHeadFound = false
        /// Whether a segment is bound to that end as the whole of the one before.
        var isHeadBound = false
        /// Records behind the end that was expected.
        package internal(set) var recordsAfterHead = 0

        /// Records of version 2, whose writers nothing binds to one another.
        package internal(set) var versionTwoRecords = 0
        /// Writers whose header does not say what stood before it, or says it of what has been let go of.
        package internal(set) var unboundWriters = 0
        /// Segments that cannot be held against the one before.
        package internal(set) var unboundSegments = 0
        /// The size of the segment that stood before the first one here, in bytes; `nil` where none did, as far as is known.
        package internal(set) var unseenSegmentBytes: Int64?
        /// Records of version 1, which nothing binds.
        package internal(set) var versionOneRecords = 0
        /// Writers without a final checkpoint.
        package internal(set) var openWriters = 0
        /// Writers whose first record here goes on from a file that is not here.
        package internal(set) var continuedWriters = 0
        /// Records after their writer's last checkpoint with a good signature.
        package internal(set) var unsignedRecords: UInt64 = 0
        /// Writers that had to be let go before their end, since too many were open at once.
        package internal(set) var forgottenWriters = 0
    }

    /// How many findings there are that a crash does not explain.
    package var faults: Int { summary.counts.reduce(0) { $0 + ($1.key.isFault ? $1.value : 0) } }

    package var isIntact: Bool { faults == 0 }
}
