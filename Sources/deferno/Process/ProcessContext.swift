import Glibc
import Logging
import OperationCatalogue
import OperationLog
import OperationPipeline

/// One process's pipeline, put together from its options: backend, log, policy, signals.
struct ProcessContext: Sendable {
    let pipeline: Pipeline
    let shutdown: Shutdown
    let signals: Signals
    let caller: Caller
    private let log: OperationLog?

    /// The context of a command that carries out operations.
    init(_ options: CommonOptions, door: Door) throws {
        try self.init(try Configuration.resolved(flags: options.flags), door: door)
    }

    /// - Parameter policy: what may pass, where that is not for the configuration to say.
    init(_ configuration: Configuration, policy: AdmissionPolicy? = nil, door: Door) throws {
        let policy = policy ?? configuration.policy
        try self.init(
            configuration, policy: policy, door: door,
            backend: try configuration.backend(mayWriteStore: !policy.isReadOnly))
    }

    /// - Parameter backend: made by whoever has more to do with it than to hand it operations.
    init(_ configuration: Configuration, policy: AdmissionPolicy, door: Door, backend: any Backend) throws {
        Diagnostics.bootstrap(configuration.logLevel)
        shutdown = Shutdown()
        signals = Signals(beginning: shutdown)
        caller = Caller(door: door, user: Self.accountName)
        let log = try Self.log(configuration)
        self.log = log
        pipeline = Pipeline(
            policy: policy,
            recorder: log ?? UnloggedWritesNotice() as any OperationRecorder,
            backend: backend,
            limits: configuration.limits
        )
        configuration.warnOfUnusedToken()
    }

    /// Carries out one request; `nil` where the process is stopping and has not accepted it.
    func carryOut(_ request: OperationRequest) async -> Conclusion? {
        await pipeline.carryOut(request, until: shutdown)
    }

    /// Lets go of the backend, and ends the log: with a record that says so, if it takes that.
    func close() async {
        await pipeline.backend.close()
        try? await log?.close()
    }

    private static func log(_ configuration: Configuration) throws -> OperationLog? {
        do throws(OperationError) {
            let destination: LogDestination
            switch configuration.log.value {
            case .nowhere: return nil
            case .standardError: destination = .standardError
            case .file(let path): destination = .file(path)
            case nil: destination = .file(try LogDestination.standardPath())
            }
            let settings = try configuration.logKeeping.settings()
            return OperationLog(destination, settings: settings, version: Deferno.version)
        } catch {
            throw error.reported()
        }
    }

    /// The local account on whose behalf the process runs.
    private static var accountName: String {
        if let entry = getpwuid(geteuid()) { return String(cString: entry.pointee.pw_name) }
        return "uid-\(geteuid())"
    }
}

extension Configuration {
    /// A token that goes nowhere is a mistake: whoever set it means some backend, and the tasks would go into the store.
    fileprivate func warnOfUnusedToken() {
        guard token.value != nil, baseURL.source == .standard, case .store = baseURL.value else { return }
        Logger(label: "deferno").warning(
            "\(token.source) is set, but no backend is named, so the embedded store serves; name one with --base-url"
        )
    }
}
