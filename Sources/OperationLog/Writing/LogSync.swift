/// How a log's records are brought to the disk.
package enum LogSync: String, Hashable, Sendable, CaseIterable {
    /// One `fdatasync(2)` for every hand-over of records, which waits for it.
    case each
    /// One `fdatasync(2)` for all records that were handed over while the last one was at work. Writes, and what came of
    /// them, wait for it; a read does not.
    case group
    /// None: the system writes when it likes. A process that is killed loses nothing, a machine that loses its power does.
    case none
}
