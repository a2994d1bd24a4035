import Glibc
package import OperationCatalogue

/// Where the log goes. A process without a log uses ``DiscardingRecorder`` instead.
package enum LogDestination: Hashable, Sendable {
    /// The file at this path: a regular file, a character device or a named pipe that is being read. A relative path
    /// holds as long as the process stays in its working directory.
    case file(String)
    /// The process's standard error, beside its diagnostics.
    case standardError
}

extension LogDestination {
    /// The path of the log where none is named: `$XDG_STATE_HOME/deferno/operations.ndjson`, and with that variable
    /// unset, empty or relative `~/.local/state/deferno/operations.ndjson` (XDG Base Directory Specification 0.8). The
    /// home folder is `$HOME`, or the account's where that is unset, empty or relative.
    ///
    /// - Parameter environment: the value of an environment variable.
    /// - Throws: ``ErrorCode/logUnavailable`` where there is no home folder.
    package static func standardPath(
        environment: (_ name: String) -> String? = { name in getenv(name).map { String(cString: $0) } }
    ) throws(OperationError) -> String {
        let file = "deferno/operations.ndjson"
        if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") { return joined(state, file) }
        if let home = environment("HOME"), home.hasPrefix("/") { return joined(home, ".local/state/\(file)") }
        if let home = accountHome(), home.hasPrefix("/") { return joined(home, ".local/state/\(file)") }
        throw OperationError(
            .logUnavailable,
            "there is no place for the log: neither XDG_STATE_HOME nor HOME names a folder; "
                + "set one of them to an absolute path or name a file with --log PATH"
        )
    }

    private static func joined(_ folder: String, _ rest: String) -> String {
        folder.hasSuffix("/") ? folder + rest : "\(folder)/\(rest)"
    }

    private static func accountHome() -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard let start = buffer.baseAddress,
                getpwuid_r(getuid(), &entry, start, buffer.count, &found) == 0, found != nil
            else { return nil }
            return entry.pw_dir.map { String(cString: $0) }
        }
    }
}
