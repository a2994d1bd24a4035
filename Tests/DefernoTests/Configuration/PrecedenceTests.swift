import OperationCatalogue
import OperationPipeline
import Testing

@testable import deferno

@Suite("What holds of what several places say")
struct PrecedenceTests {
    /// Of each setting: a value on the command line, in the environment, in a profile, in the file for all, as they are
    /// written, and what each means.
    static let samples: [String: [(String, JSONValue)]] = [
        "config": [("a.yaml", "a.yaml"), ("b.yaml", "b.yaml")],
        "profile": [("one", "one"), ("two", "two"), ("three", "three"), ("four", "four")],
        "base_url": [
            ("https://a.example/", "https://a.example"), ("http://127.0.0.1:1", "http://127.0.0.1:1"),
            ("sqlite:c", "sqlite:c"), ("sqlite:d", "sqlite:d"),
        ],
        "token": [("", nil), ("tok", "[redacted]")],
        "insecure_http": [("true", true), ("0", false), ("yes", true), ("false", false)],
        "log": [("none", "none"), ("-", "-"), ("/c", "/c"), ("d", "d")],
        "log_sync": [("each", "each"), ("none", "none"), ("group", "group"), ("each", "each")],
        "log_rotate": [("daily", "daily"), ("4096", "4KiB"), ("1GiB,daily", "1GiB,daily"), ("never", "never")],
        "log_compress": [("false", false), ("true", true), ("no", false), ("1", true)],
        "log_keep": [("", nil), ("0", 0), ("7", 7), ("30", 30)],
        "log_keep_for": [("", nil), ("1h", "1h"), ("90d", "90d"), ("52w", "52w")],
        "log_required": [("false", false), ("true", true), ("no", false), ("1", true)],
        "log_key": [("", nil), ("/a", "/a"), ("b", "b"), ("c/d", "c/d")],
        "read_only": [("false", false), ("1", true), ("false", false), ("true", true)],
        "allow": [
            ("whoami", ["whoami"]), ("get_task,whoami", ["get_task", "whoami"]), ("[list_tasks]", ["list_tasks"]),
            ("logout", ["logout"]),
        ],
        "no_destroy": [("false", false), ("true", true), ("false", false), ("true", true)],
        "deadline": [("1s", "1s"), ("2m", "120s"), ("3ms", "3ms"), ("4", "4s")],
        "log_level": [("error", "error"), ("info", "info"), ("debug", "debug"), ("trace", "trace")],
    ]

    @Test("Options come before variables, variables before the profile, that before the file, that before the default")
    func order() throws {
        #expect(Set(Self.samples.keys) == Set(Settings.all.map(\.key)), "every setting has its sample")
        for setting in Settings.all {
            let values = try #require(Self.samples[setting.key])
            // From everywhere, then without the first place, and so on to none.
            for dropped in 0...4 {
                let row = try row(of: setting, values, from: dropped)
                let place = try self.place(of: setting, from: dropped)
                #expect("\(row.source)".hasSuffix(place.name), "\(setting.key): \(row.source), \(place.name)")
                if let index = place.index {
                    #expect(row.value == values[index].1, "\(setting.key) from \(place.name)")
                }
            }
        }
    }

    /// The first place, from `dropped` on, where the setting can stand.
    private func place(of setting: SettingDefinition, from dropped: Int) throws -> (name: String, index: Int?) {
        if dropped == 0, let flag = setting.flag { return (flag, 0) }
        if dropped <= 1 { return (setting.variable, 1) }
        if dropped == 2, setting.scope == .everywhere { return ("config.yaml:4:5", 2) }
        if dropped <= 3, setting.scope != .notInFile { return ("config.yaml:1:1", 3) }
        return ("default", nil)
    }

    private func row(
        of setting: SettingDefinition, _ values: [(String, JSONValue)], from dropped: Int
    ) throws -> Configuration.Row {
        let folder = try TemporaryFolder()
        var flags: [String: SettingInput] = ["profile": .text("work")]
        var variables: [String: String] = ["XDG_CONFIG_HOME": folder.path("")]
        var lines = ["", "profiles:", "  work:", "", ""]
        let isProfile = setting.key == "profile"
        if isProfile {
            // Each name must be that of a profile.
            flags = [:]
            lines = ["", "profiles:"] + values.map { "  \($0.0): {}" }
        }
        for path in ["a.yaml", "b.yaml"] { try folder.write(lines.joined(separator: "\n"), to: path) }
        func text(_ index: Int) -> String { setting.key == "config" ? folder.path(values[index].0) : values[index].0 }
        if dropped == 0, setting.flag != nil { flags[setting.key] = .text(text(0)) }
        if dropped <= 1 { variables[setting.variable] = text(1) }
        if dropped <= 2, setting.scope == .everywhere { lines[3] = "    \(setting.key): \(text(2))" }
        if dropped <= 3, setting.scope != .notInFile { lines[0] = "\(setting.key): \(text(3))" }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "deferno/config.yaml")
        var resolver = ConfigurationResolver(flags: flags, environment: folder.environment(variables))
        let configuration = try resolver.resolve(for: .operations)
        var row = try #require(configuration.rows.first { $0.setting.key == setting.key })
        if setting.key == "config", dropped < 2 {
            row = Configuration.Row(
                setting: setting,
                value: .string(row.value.stringValue?.split(separator: "/").last.map(String.init) ?? ""),
                source: row.source)
        }
        return row
    }

    @Test("The values reach the policy and the limits")
    func reachesPolicy() throws {
        let folder = try TemporaryFolder()
        var resolver = ConfigurationResolver(
            flags: ["read_only": .text("true"), "allow": .text("whoami"), "no_destroy": .text("true")],
            environment: folder.environment(["DEFERNO_DEADLINE": "7s"]))
        let configuration = try resolver.resolve(for: .operations)
        #expect(configuration.policy.isReadOnly)
        #expect(configuration.policy.allowedOperations == ["whoami"])
        #expect(!configuration.policy.confirmsDestruction)
        #expect(configuration.limits.deadline == .seconds(7))
    }

    @Test("A wrong option or variable is told by its name, and a token's value is not")
    func wrongValues() throws {
        let folder = try TemporaryFolder()
        for (flags, variables, words) in [
            (["deadline": SettingInput.text("x")], [:], "deadline: expected a time"),
            ([:], ["DEFERNO_DEADLINE": "x"], "DEFERNO_DEADLINE: expected a time"),
            (["log": .text("")], [:], "--log: expected a path, - or none"),
            ([:], ["DEFERNO_TOKEN": "hunter 2"], "DEFERNO_TOKEN: holds a character"),
            ([:], ["DEFERNO_BASE_URL": "https://u:hunter 2@h"], "DEFERNO_BASE_URL: an address must not hold"),
        ] as [([String: SettingInput], [String: String], String)] {
            var resolver = ConfigurationResolver(flags: flags, environment: folder.environment(variables))
            do {
                _ = try resolver.resolve(for: .operations)
                Issue.record("nothing was wrong")
            } catch {
                guard case .usage(let message) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(message.hasPrefix(words), "\(message)")
                #expect(!message.contains("hunter 2"))
            }
        }
    }
}
