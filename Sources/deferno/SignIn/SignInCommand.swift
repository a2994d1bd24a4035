import Glibc
import OperationCatalogue

/// What a user types in a terminal to sign in to the backend of this process: the program by a name that is found there, and
/// the options that name the same backend.
enum SignInCommand {
    /// - Parameters:
    ///   - program: the name that this process was started by.
    ///   - path: the folders in which a terminal looks for programs.
    static func text(
        for configuration: Configuration, program: String? = CommandLine.arguments.first,
        path: String? = EnvironmentVariables.process["PATH"]
    ) -> String {
        var words = [shortestName(of: program ?? "deferno", path: path ?? "")]
        let name = words[0].split(separator: "/").last ?? ""
        words += ProgramName.seedNames.contains(name) ? ["auth"] : ["auth", AuthLoginCommand.name]
        for setting in [Settings.config.definition, Settings.profile.definition, Settings.baseURL.definition] {
            guard let row = configuration.rows.first(where: { $0.setting.key == setting.key }), row.source.isOfProcess,
                let flag = setting.flag, let value = row.value.stringValue
            else { continue }
            words += [flag, value]
        }
        return words.map(\.quotedForShell).joined(separator: " ")
    }

    /// The name alone, where a terminal finds this program by it.
    private static func shortestName(of program: String, path: String) -> String {
        guard let slash = program.lastIndex(of: "/") else { return program }
        let name = String(program[program.index(after: slash)...])
        let isFound = path.split(separator: ":").contains { folder in isSameFile("\(folder)/\(name)", program) }
        if isFound || program.hasPrefix("/") { return isFound ? name : program }
        return "\(ClientConfiguration.currentFolder)/\(program)"
    }

    private static func isSameFile(_ left: String, _ right: String) -> Bool {
        var (first, second) = (stat(), stat())
        return stat(left, &first) == 0 && stat(right, &second) == 0 && first.st_ino == second.st_ino
            && first.st_dev == second.st_dev
    }
}

extension SettingSource {
    /// Whether it holds for this process and not for one that is started in a terminal.
    fileprivate var isOfProcess: Bool {
        switch self {
        case .flag, .variable: true
        case .file, .credentials, .standard: false
        }
    }
}

extension String {
    /// The word as a shell takes it for one.
    fileprivate var quotedForShell: String {
        let isPlain = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-:@%+=,[]".utf8.contains(byte)
            }
        }
        if isPlain, !isEmpty { return self }
        let parts = split(separator: "'", omittingEmptySubsequences: false)
        return "'\(parts.joined(separator: "'\\''"))'"
    }
}
