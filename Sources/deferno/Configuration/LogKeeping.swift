import Glibc
import Logging
import OperationCatalogue
import OperationLog

/// How the record of operations is kept, as the settings say.
struct LogKeeping: Sendable {
    let sync: Resolved<LogSync>
    let rotation: Resolved<LogRotation>
    /// Whether finished segments are compressed.
    let compresses: Resolved<Bool>
    /// So many finished segments stay; `nil` for all.
    let keep: Resolved<SegmentCount?>
    /// So long a finished segment stays; `nil` for ever.
    let keepFor: Resolved<RetentionTime?>
    let isRequired: Resolved<Bool>
    /// The file of the key that signs checkpoints.
    let key: Resolved<FilePath?>
}

extension LogKeeping {
    /// The same for the log itself.
    ///
    /// - Throws: ``ErrorCode/logUnavailable`` where the key cannot be used: records that were to be signed are not written
    ///   unsigned.
    func settings() throws(OperationError) -> LogSettings {
        var settings = LogSettings()
        settings.sync = sync.value
        settings.rotation = rotation.value
        settings.compresses = compresses.value
        settings.retention.count = keep.value?.count
        settings.retention.seconds = keepFor.value?.seconds
        settings.isRequired = isRequired.value
        if let path = key.value { settings.key = try LogKeyFile(path: path.text).read() }
        settings.report = { Logger(label: "deferno.log").warning("\($0)") }
        return settings
    }
}
