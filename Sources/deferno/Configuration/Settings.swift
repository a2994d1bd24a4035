import OperationCatalogue
import OperationLog
import OperationPipeline

/// Every setting there is: the one place that lists them.
enum Settings {
    static let config = Setting<FilePath?>(
        "config", flag: "--config", variable: "DEFERNO_CONFIG", scope: .notInFile, standard: nil,
        otherwise: "$XDG_CONFIG_HOME/deferno/config.yaml",
        "The file that settings are read from.")

    static let profile = Setting<ProfileName?>(
        "profile", flag: "--profile", variable: "DEFERNO_PROFILE", scope: .topLevel, standard: nil, otherwise: "none",
        "The profile to use: its settings, and a sign-in of its own.")

    static let baseURL = Setting<BackendAddress?>(
        "base_url", flag: "--base-url", variable: "DEFERNO_BASE_URL", standard: nil,
        otherwise: "the one signed in to, or else sqlite:",
        "The backend: https://..., http://..., sqlite: for the embedded store, or sqlite:PATH for one at another place."
    )

    static let token = Setting<Secret?>(
        "token", variable: "DEFERNO_TOKEN", scope: .notInFile, standard: nil, otherwise: "the saved sign-in",
        isSecret: true,
        "The token to show to the backend.")

    static let allowsInsecureHTTP = Setting<Bool>(
        "insecure_http", flag: "--insecure-http", variable: "DEFERNO_INSECURE_HTTP", standard: false,
        "Send the token in the clear to an http:// backend that is not on this machine.")

    static let log = Setting<LogChoice?>(
        "log", flag: "--log", variable: "DEFERNO_LOG", standard: nil,
        otherwise: "$XDG_STATE_HOME/deferno/operations.ndjson",
        "Where the record of operations goes: a path, - for standard error, or none.")

    static let logSync = Setting<LogSync>(
        "log_sync", flag: "--log-sync", variable: "DEFERNO_LOG_SYNC", standard: .group,
        "When records reach the disk: each (a sync for every hand-over), group (one for all that wait) or none.")

    static let logRotation = Setting<LogRotation>(
        "log_rotate", flag: "--log-rotate", variable: "DEFERNO_LOG_ROTATE", standard: .standard,
        "When the log begins a new file: at a size such as 64MiB, daily, both (64MiB,daily), or never.")

    static let compressesLog = Setting<Bool>(
        "log_compress", variable: "DEFERNO_LOG_COMPRESS", standard: true,
        "Compress the log's files (gzip) once they are finished by log_rotate.")

    static let logKeep = Setting<SegmentCount?>(
        "log_keep", variable: "DEFERNO_LOG_KEEP", standard: nil, otherwise: "all",
        "How many finished files of the log stay when it is rotated.")

    static let logKeepFor = Setting<RetentionTime?>(
        "log_keep_for", variable: "DEFERNO_LOG_KEEP_FOR", standard: nil, otherwise: "for ever",
        "How long finished files of the log stay, such as 90d, 12h or 52w, when it is rotated.")

    static let isLogRequired = Setting<Bool>(
        "log_required", flag: "--log-required", variable: "DEFERNO_LOG_REQUIRED", standard: true,
        "Refuse to change anything while the log cannot be written; with false, warn and go on.")

    static let logKey = Setting<FilePath?>(
        "log_key", variable: "DEFERNO_LOG_KEY", standard: nil, otherwise: "none, and the log is not signed",
        "The file of the key that signs the log, as deferno log keygen makes it.")

    static let isReadOnly = Setting<Bool>(
        "read_only", flag: "--read-only", variable: "DEFERNO_READ_ONLY", standard: false,
        "Refuse every operation that changes something.")

    static let allowedOperations = Setting<OperationNames?>(
        "allow", flag: "--allow", variable: "DEFERNO_ALLOW", standard: nil, otherwise: "all",
        "Refuse every operation but these, separated by commas.")

    static let refusesDestruction = Setting<Bool>(
        "no_destroy", flag: "--no-destroy", variable: "DEFERNO_NO_DESTROY", standard: false,
        "Refuse operations that take something away, such as delete_task.")

    static let deadline = Setting<Duration>(
        "deadline", variable: "DEFERNO_DEADLINE", standard: PipelineLimits().deadline,
        "How long an operation may take, such as 30s, 500ms or 2m.")

    static let logLevel = Setting<LogLevelName>(
        "log_level", variable: Diagnostics.levelVariable, standard: LogLevelName("warning"),
        "How much deferno says about itself on standard error: trace to critical.")

    /// In the order in which people meet them.
    static let all: [SettingDefinition] = [
        config.definition, profile.definition, baseURL.definition, token.definition, allowsInsecureHTTP.definition,
        log.definition, logSync.definition, logRotation.definition, compressesLog.definition, logKeep.definition,
        logKeepFor.definition,
        isLogRequired.definition, logKey.definition, isReadOnly.definition, allowedOperations.definition,
        refusesDestruction.definition,
        deadline.definition, logLevel.definition,
    ]

    /// The key that holds the profiles.
    static let profilesKey = "profiles"
}
