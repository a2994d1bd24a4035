import Foundation
import OperationCatalogue
import Testing

@Suite("deferno auth")
struct AuthTests {
    @Test("With the embedded store there is nothing to sign in to, and every command says so and succeeds")
    func embeddedStore() throws {
        let home = try Home()
        let login = try home.run("auth", "login", "--base-url", "sqlite:")
        #expect(login.end == .exit(0))
        #expect(login.outputText.hasPrefix("There is nothing to sign in to: the tasks are on this machine"))
        #expect(login.errorText == "")
        let status = try home.run("auth", "status")
        #expect(status.end == .exit(0))
        let object = try JSONReader.value(status.output)
        #expect(object["status"]?.stringValue == "not_needed")
        #expect(object["base_url"]?.stringValue == "sqlite:")
        #expect(object["username"]?.stringValue == "local")
        let logout = try home.run("auth", "logout")
        #expect(logout.end == .exit(0))
        #expect(logout.outputText.hasPrefix("Nothing to sign out of"))
        #expect(!FileManager.default.fileExists(atPath: home.folder.appending(path: ".config").path))

        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(audit.openIntents == [])
        #expect(audit.records("outcome").compactMap { $0["op"]?.stringValue } == ["start_auth", "whoami", "logout"])
    }

    @Test("On a terminal the status is a sentence")
    func statusOnTerminal() throws {
        let home = try Home()
        let terminal = try Terminal()
        let child = try home.start(["auth", "status"], standardOutput: terminal.end)
        let text = try terminal.read(from: child, expecting: .exit(0))
        #expect(text.hasPrefix("There is nothing to sign in to"))
    }

    @Test("Called by the seed's name, the program takes the seed's command line")
    func seedName() throws {
        let home = try Home()
        for name in ["deferno-mcp", "defernowork-mcp"] {
            let link = home.folder.appending(path: name)
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: DefernoBinary.path)
            let finished = try home.run(["auth", "--base-url", "sqlite:"], program: link.path)
            #expect(finished.end == .exit(0))
            #expect(finished.outputText.hasPrefix("There is nothing to sign in to"))
        }
    }

    @Test("A log that cannot be written keeps sign-ins back like every write")
    func noLog() throws {
        let home = try Home()
        let finished = try home.run("auth", "login", "--base-url", "sqlite:", "--log", "/dev/full")
        #expect(finished.end == .exit(74))
    }

    @Test("What the configuration refuses to scripts and agents does not keep their owner from signing in")
    func policyIsNotForSigningIn() throws {
        let home = try Home()
        home.environment["DEFERNO_READ_ONLY"] = "true"
        home.environment["DEFERNO_ALLOW"] = "list_tasks"
        #expect(try home.run("auth", "login", "--base-url", "sqlite:").end == .exit(0))
        #expect(try home.run("auth", "status").end == .exit(0))
        #expect(try home.run("auth", "logout").end == .exit(0))
        #expect(try home.run("call", "start_auth").end == .exit(77))
    }

    @Test("A saved sign-in that others can read stops what would use it, by name, and nothing else")
    func refusedSignIn() throws {
        let home = try Home()
        let folder = home.folder.appending(path: ".config/defernowork")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "credentials.json")
        try Data(#"{"token":"hunter2","username":"ada","base_url":"https://deferno.example"}"#.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        let finished = try home.run("call", "whoami")
        #expect(finished.end == .exit(77))
        #expect(finished.errorText.hasPrefix("deferno: error: the saved sign-in \(file.path) is refused"))
        #expect(finished.errorText.split(separator: "\n").count == 1)
        #expect(!finished.errorText.contains("hunter2"))
        #expect(try home.run("call", "whoami", "--base-url", "sqlite:").end == .exit(0))
        let logout = try home.run("auth", "logout")
        #expect(logout.end == .exit(0))
        #expect(logout.outputText.hasPrefix("Removed \(file.path)"))
        #expect(!FileManager.default.fileExists(atPath: file.path))
        #expect(try home.run("call", "whoami").end == .exit(0))
    }

    @Test("A token without a backend is told, since the tasks would go elsewhere than meant")
    func tokenWithoutBackend() throws {
        let home = try Home()
        home.environment["DEFERNO_TOKEN"] = "hunter2"
        let finished = try home.run("call", "whoami")
        #expect(finished.end == .exit(0))
        #expect(finished.errorText.contains("DEFERNO_TOKEN is set, but no backend is named"))
        #expect(!finished.errorText.contains("hunter2"))
        #expect(try home.run("call", "whoami", "--base-url", "sqlite:").errorText == "")
    }
}
