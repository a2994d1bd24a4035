extension LogVerification {
    /// Something that nobody can tell from a log.
    package enum Doubt: String, CaseIterable, Sendable {
        /// It may have been written anew, all hashes included: it is not signed.
        case unsigned
        /// It may have been written anew, signatures included: no key was given that is known from elsewhere.
        case unknownKey = "unknown_key"
        /// Records after their writers' last signatures.
        case unsignedEnd = "unsigned_end"
        /// Whole writers may have been removed at the newest end: nothing stands behind it yet.
        case openEnd = "open_end"
        /// Writers without a final checkpoint may have written more.
        case openWriters = "open_writers"
        /// Files that stood before those that are here.
        case missingFiles = "missing_files"
        /// Headers that do not say what stood before them.
        case unbound
        /// Records of version 2, whose writers nothing binds to one another.
        case versionTwo = "version_2"
        /// Records of version 1, which nothing binds.
        case versionOne = "version_1"
        /// Writers that had to be let go of.
        case forgottenWriters = "forgotten_writers"
    }

    /// What this log leaves open.
    ///
    /// - Parameter isHeldAgainstKeys: whether keys were given to verify with.
    package func doubts(isHeldAgainstKeys: Bool) -> [Doubt] {
        Doubt.allCases.filter { doubt in
            switch doubt {
            case .unsigned: summary.keys.isEmpty
            case .unknownKey: !summary.keys.isEmpty && !isHeldAgainstKeys
            case .unsignedEnd: !summary.keys.isEmpty && isHeldAgainstKeys && summary.unsignedRecords > 0
            case .openEnd: !summary.isHeadFound || summary.recordsAfterHead > 0
            case .openWriters: summary.openWriters > 0
            case .missingFiles: summary.continuedWriters > 0 || summary.unseenSegmentBytes != nil
            case .unbound: summary.unboundWriters + summary.unboundSegments > 0
            case .versionTwo: summary.versionTwoRecords > 0
            case .versionOne: summary.versionOneRecords > 0
            case .forgottenWriters: summary.forgottenWriters > 0
            }
        }
    }
}
