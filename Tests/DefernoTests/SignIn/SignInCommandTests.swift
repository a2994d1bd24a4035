import Testing

@testable import deferno

@Suite("The command to sign in, as a user can type it")
struct SignInCommandTests {
    private func text(
        _ program: String, path: String = "", flags: [String: SettingInput] = [:], environment: [String: String] = [:],
        home: TemporaryFolder
    ) throws -> String {
        var resolver = ConfigurationResolver(flags: flags, environment: home.environment(environment))
        return SignInCommand.text(for: try resolver.resolve(for: .signIn), program: program, path: path)
    }

    @Test("A program that a terminal finds is named by its name alone, any other by its whole path")
    func programs() throws {
        let home = try TemporaryFolder()
        for name in ["deferno", "deferno-mcp"] { try home.write("", to: name, mode: 0o700) }
        let (deferno, seed) = (home.path("deferno"), home.path("deferno-mcp"))
        #expect(try text("deferno", home: home) == "deferno auth login")
        #expect(try text("deferno-mcp", home: home) == "deferno-mcp auth")
        #expect(try text(deferno, path: "/bin:\(home.path(""))", home: home) == "deferno auth login")
        #expect(try text(deferno, path: "/bin:/nowhere", home: home) == "\(deferno) auth login")
        #expect(try text(seed, path: "/bin", home: home) == "\(seed) auth")
        #expect(
            try text("./bin/deferno", home: home) == "\(ClientConfiguration.currentFolder)/./bin/deferno auth login")
    }

    @Test("What only this process was told about its backend is a part of it")
    func options() throws {
        let home = try TemporaryFolder()
        let flags: [String: SettingInput] = ["base_url": .text("https://deferno.example/api")]
        #expect(
            try text("deferno", flags: flags, home: home)
                == "deferno auth login --base-url https://deferno.example/api")
        let environment = ["DEFERNO_PROFILE": "work", "DEFERNO_BASE_URL": "https://deferno.example"]
        #expect(
            try text("deferno-mcp", environment: environment, home: home)
                == "deferno-mcp auth --profile work --base-url https://deferno.example")
        try home.write("base_url: https://deferno.example\n", to: "it's.yaml")
        #expect(
            try text("deferno", flags: ["config": .text(home.path("it's.yaml"))], home: home)
                == "deferno auth login --config '\(home.path("it"))'\\''s.yaml'")
    }
}
