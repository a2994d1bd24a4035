import OperationCatalogue
import OperationPipeline
import YAMLEvents

/// What holds for this process, and where each of it comes from.
struct Configuration: Sendable {
    let profile: Resolved<ProfileName?>
    let baseURL: Resolved<BackendAddress>
    /// The token of the environment, if one is set.
    let token: Resolved<Secret?>
    let allowsInsecureHTTP: Resolved<Bool>
    /// `nil` for the usual file.
    let log: Resolved<LogChoice?>
    let logKeeping: LogKeeping
    let isReadOnly: Resolved<Bool>
    /// `nil` for all.
    let allowedOperations: Resolved<OperationNames?>
    let refusesDestruction: Resolved<Bool>
    let deadline: Resolved<Duration>
    let logLevel: Resolved<LogLevelName>
    /// Where the sign-in is saved; `nil` where there is no home folder.
    let credentials: CredentialsFile?
    /// Every setting in words, in the order of ``Settings/all``.
    let rows: [Row]

    struct Row: Sendable {
        let setting: SettingDefinition
        let value: JSONValue
        let source: SettingSource
    }
}

/// A value, and who has said so.
struct Resolved<Value: Sendable>: Sendable {
    let value: Value
    let source: SettingSource
}

extension Resolved: Equatable where Value: Equatable {}

/// Where a setting's value comes from.
enum SettingSource: Hashable, Sendable, CustomStringConvertible {
    case flag(String)
    case variable(String)
    case file(String, YAMLMark)
    /// A credentials file: its `base_url`.
    case credentials(String)
    case standard

    var description: String {
        switch self {
        case .flag(let name), .variable(let name), .credentials(let name): name
        case .file(let path, let mark): "\(path):\(mark.line):\(mark.column)"
        case .standard: "default"
        }
    }
}

extension Configuration {
    /// What this process lets through.
    var policy: AdmissionPolicy {
        AdmissionPolicy(
            isReadOnly: isReadOnly.value,
            allowedOperations: allowedOperations.value.map { Set($0.names) },
            confirmsDestruction: !refusesDestruction.value
        )
    }

    var limits: PipelineLimits {
        var limits = PipelineLimits()
        limits.deadline = deadline.value
        return limits
    }
}

/// Why there is no configuration.
enum ConfigurationFailure: Error {
    /// An option or a variable is wrong.
    case usage(String)
    case file(ConfigurationFileFaults)
    /// The saved sign-in cannot be used, and it would have named the backend.
    case credentials(OperationError)
}
