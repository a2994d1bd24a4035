import OperationCatalogue
import RESTBackend
import Testing

@testable import deferno

@Suite("Which backend serves")
struct BackendChoiceTests {
    private func configuration(
        _ folder: TemporaryFolder, profile: String? = nil, _ variables: [String: String] = [:],
        for purpose: ConfigurationResolver.Purpose = .operations
    ) throws -> Configuration {
        let flags: [String: SettingInput] = profile.map { ["profile": .text($0)] } ?? [:]
        var resolver = ConfigurationResolver(flags: flags, environment: folder.environment(variables))
        return try resolver.resolve(for: purpose)
    }

    private func signIn(_ folder: TemporaryFolder, _ address: String, profile: String? = nil, mode: Int = 0o600) throws
    {
        let name = profile.map { "credentials-\($0)" } ?? "credentials"
        try folder.write(
            #"{"token":"tok-\#(name)","username":"ada","base_url":"\#(address)"}"#,
            to: ".config/defernowork/\(name).json", mode: mode)
    }

    private func token(_ configuration: Configuration) throws -> String? {
        guard case .http(let address) = configuration.baseURL.value else { return nil }
        return try configuration.tokens(for: address).token()?.reveal()
    }

    @Test("With nothing said the embedded store serves, and signing in begins with the seed's address")
    func nothingSaid() throws {
        let folder = try TemporaryFolder()
        #expect(try configuration(folder).baseURL == Resolved(value: .store("sqlite:"), source: .standard))
        #expect(try configuration(folder, for: .signIn).baseURL.value == .http(.seed))
        #expect(HTTPAddress.seed.text == "http://127.0.0.1:3000")
        #expect(try HTTPAddress("http://127.0.0.1:3000") == .seed)
    }

    @Test("The backend that one is signed in to serves where nothing else names one")
    func savedSignIn() throws {
        let folder = try TemporaryFolder()
        try signIn(folder, "https://saved.example")
        let saved = try configuration(folder)
        #expect(saved.baseURL.value.text == "https://saved.example")
        #expect(saved.baseURL.source == .credentials(folder.path(".config/defernowork/credentials.json")))
        #expect(try token(saved) == "tok-credentials")
        try folder.write("base_url: https://file.example\n", to: ".config/deferno/config.yaml")
        let file = try configuration(folder)
        #expect(file.baseURL.value.text == "https://file.example")
        #expect(try token(file) == nil)
    }

    @Test("A saved token does not follow an address from a variable; the variable's token does")
    func tokenStaysHome() throws {
        let folder = try TemporaryFolder()
        try signIn(folder, "https://saved.example")
        let other = ["DEFERNO_BASE_URL": "https://evil.example"]
        #expect(try token(configuration(folder, other)) == nil)
        #expect(try token(configuration(folder, ["DEFERNO_BASE_URL": "https://saved.example/"])) == "tok-credentials")
        let both = other.merging(["DEFERNO_TOKEN": "env"]) { given, _ in given }
        #expect(try token(configuration(folder, both)) == "env")
    }

    @Test("A saved sign-in that is refused stops what would need it, and no operation goes elsewhere instead")
    func refusedSignIn() throws {
        let folder = try TemporaryFolder()
        try signIn(folder, "https://saved.example", mode: 0o644)
        for purpose in [ConfigurationResolver.Purpose.operations, .signIn] {
            do {
                _ = try configuration(folder, for: purpose)
                Issue.record("it was not refused")
            } catch ConfigurationFailure.credentials(let error) {
                #expect(error.message.contains("mode 644"))
            }
        }
        #expect(try configuration(folder, ["DEFERNO_BASE_URL": "sqlite:"]).baseURL.value == .store("sqlite:"))
        let named = try configuration(folder, ["DEFERNO_BASE_URL": "https://saved.example"], for: .signIn)
        #expect(named.baseURL.value.text == "https://saved.example")
    }

    @Test("Two profiles have backends and sign-ins of their own, side by side")
    func profiles() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            base_url: https://top.example
            read_only: true
            profiles:
              work:
                base_url: https://work.example
                read_only: false
              home: {}
            """,
            to: ".config/deferno/config.yaml")
        try signIn(folder, "https://work.example", profile: "work")
        try signIn(folder, "https://home.example", profile: "home")
        try signIn(folder, "https://alone.example", profile: "alone")
        let work = try configuration(folder, profile: "work")
        #expect(work.baseURL.value.text == "https://work.example")
        #expect(try token(work) == "tok-credentials-work")
        #expect(!work.isReadOnly.value)
        let home = try configuration(folder, profile: "home")
        #expect(home.baseURL.value.text == "https://home.example")
        #expect(try token(home) == "tok-credentials-home")
        #expect(home.isReadOnly.value)
        // Signed in without a word in the file.
        #expect(try configuration(folder, profile: "alone").baseURL.value.text == "https://alone.example")
        #expect(try configuration(folder).baseURL.value.text == "https://top.example")
        let variable = try configuration(folder, profile: "work", ["DEFERNO_BASE_URL": "https://variable.example"])
        #expect(variable.baseURL.value.text == "https://variable.example")
        #expect(try token(variable) == nil)
    }

    @Test("A profile that is nowhere is refused, but for signing in to it")
    func unknownProfile() throws {
        let folder = try TemporaryFolder()
        try folder.write("profiles: {work: {}}\n", to: ".config/deferno/config.yaml")
        do {
            _ = try configuration(folder, profile: "wrok")
            Issue.record("it was not refused")
        } catch ConfigurationFailure.usage(let message) {
            #expect(message.hasPrefix("--profile: there is no profile wrok; did you mean work?"))
        }
        let new = try configuration(folder, profile: "wrok", for: .signIn)
        #expect(new.credentials?.path == folder.path(".config/defernowork/credentials-wrok.json"))
    }
}
