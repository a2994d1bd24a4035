/// How an ``OperationLog`` is kept.
package struct LogSettings: Sendable {
    package var sync = LogSync.group
    package var rotation = LogRotation()
    package var retention = LogRetention()
    /// Whether segments are compressed once they are finished.
    package var compresses = false
    /// Signs checkpoints; `nil` leaves them unsigned.
    package var key: LogKey?
    /// Whether writes are refused while the log cannot be written.
    package var isRequired = true
    /// How long to wait for another process that holds a lock of the log, in milliseconds.
    package var patience = SegmentLock.patience
    /// Told what people should know and what stops nothing, as a sentence: a rotation that failed, a segment that was removed.
    package var report: @Sendable (String) -> Void = { _ in }

    package init() {}
}

/// When a log begins a new segment.
package struct LogRotation: Hashable, Sendable {
    /// Once the live segment has this many bytes; `nil` for any size.
    package var size: Int64?
    /// Once a day in UTC has begun since the live segment's first record.
    package var isDaily = false

    package init() {}
}

/// Which finished segments stay when a log is rotated; the others are removed, and the log says so.
package struct LogRetention: Hashable, Sendable {
    /// The newest so many; `nil` for all.
    package var count: Int?
    /// Those whose last change is no longer ago than so many seconds; `nil` for any time.
    package var seconds: Int64?

    package init() {}
}
