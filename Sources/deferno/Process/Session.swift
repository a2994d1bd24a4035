import ArgumentParser
import Glibc
import Logging
import OperationCatalogue
import OperationLog
import OperationPipeline
import SQLiteBackend

/// One process's pipeline, put together from its options: backend, log, policy, signals.
struct Session: Sendable {
    let pipeline: Pipeline
    let shutdown: Shutdown
    let signals: Signals
    let caller: Caller
    private let log: OperationLog?

    init(_ options: CommonOptions, door: Door) throws {
        Diagnostics.bootstrap()
        shutdown = Shutdown()
        signals = Signals(beginning: shutdown)
        caller = Caller(door: door, user: Self.accountName)
        let log = try Self.log(options.log)
        self.log = log
        pipeline = Pipeline(
            policy: options.policy,
            recorder: log ?? UnloggedWritesNotice() as any OperationRecorder,
            backend: try Self.backend(options.baseURL),
            shutdown: shutdown
        )
    }

    /// Lets go of the backend.
    func close() async {
        await pipeline.backend.close()
    }

    private static func backend(_ option: String?) throws -> any Backend {
        let address = option ?? environment("DEFERNO_BASE_URL") ?? "sqlite:"
        var variables: [String: String] = [:]
        for name in ["HOME", "XDG_DATA_HOME"] { variables[name] = environment(name) }
        do {
            if let location = try SQLiteLocation(address: address, environment: variables) {
                return SQLiteBackend(location: location)
            }
        } catch {
            throw ValidationError(error.message)
        }
        throw ValidationError("unknown backend '\(address)'; expected sqlite: or sqlite:PATH")
    }

    private static func log(_ option: String?) throws -> OperationLog? {
        let destination: LogDestination
        switch option {
        case "none": return nil
        case "-": destination = .standardError
        case "": throw ValidationError("--log: expected a path, - or none")
        case let path?: destination = .file(path)
        case nil:
            do {
                destination = .file(try LogDestination.standardPath())
            } catch {
                StandardStream.error.writeNow("deferno: error: \(error.message)\n")
                throw ExitStatus.inputOutput.exitCode
            }
        }
        return OperationLog(destination, version: Deferno.version)
    }

    /// The local account on whose behalf the process runs.
    private static var accountName: String {
        if let entry = getpwuid(geteuid()) { return String(cString: entry.pointee.pw_name) }
        return "uid-\(geteuid())"
    }

    static func environment(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }
}
