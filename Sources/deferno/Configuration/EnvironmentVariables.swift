import Glibc

/// The environment that settings are read from; a variable that is empty counts as unset.
struct EnvironmentVariables: Sendable {
    private let value: @Sendable (_ name: String) -> String?

    /// That of this process.
    static let process = EnvironmentVariables { name in getenv(name).map { String(cString: $0) } }

    /// The names of all that have a say in what is done; what only has to do with how it is shown is not among them.
    static let names =
        Settings.all.map(\.variable) + ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"]
        + Configuration.connectionVariables

    init(_ value: @escaping @Sendable (_ name: String) -> String?) {
        self.value = value
    }

    init(_ values: [String: String]) {
        self.init { values[$0] }
    }

    subscript(name: String) -> String? {
        guard let text = value(name), !text.isEmpty else { return nil }
        return text
    }

    /// The user's home folder: `$HOME`, or the account's where that is unset or relative; `nil` where there is none.
    var home: String? {
        if let home = self["HOME"], home.hasPrefix("/") { return home }
        guard let entry = getpwuid(geteuid()), let folder = entry.pointee.pw_dir else { return nil }
        let home = String(cString: folder)
        return home.hasPrefix("/") ? home : nil
    }

    /// The folder of the user's configuration: `$XDG_CONFIG_HOME`, and `~/.config` where that is unset or relative (XDG Base
    /// Directory Specification 0.8).
    var configurationFolder: String? {
        if let folder = self["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return folder }
        return home.map { $0 + "/.config" }
    }
}
