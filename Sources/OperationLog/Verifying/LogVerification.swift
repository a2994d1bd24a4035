/// What verifying a log has brought to light.
package struct LogVerification: Sendable {
    /// In the order of the lines; the first 10,000.
    package let findings: [LogFinding]
    package let summary: Summary

    package struct Summary: Sendable {
        package internal(set) var segments = 0
        /// Records of version 2 and 3.
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
