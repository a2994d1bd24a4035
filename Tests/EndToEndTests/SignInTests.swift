import Foundation
import Glibc
import OperationCatalogue
import Testing

@Suite("Signing in to a backend", .enabled(if: RemoteBackends.areSupported))
struct SignInTests {
    private func credentials(of home: Home, _ name: String = "credentials") throws -> JSONValue {
        let file = home.folder.appending(path: ".config/defernowork/\(name).json")
        let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        return try JSONReader.value(Array(Data(contentsOf: file)))
    }

    @Test("In, about and out again, with the code from standard input; neither token nor code appears anywhere")
    func wholeWay() throws {
        let (home, server) = (try Home(), try AccountServer())
        var seen = ""
        func run(_ arguments: String..., input: String = "", ends: Int32 = 0) throws -> String {
            let finished = try home.run(arguments, input: input)
            #expect(finished.end == .exit(ends), "\(arguments): \(finished.errorText)")
            seen += finished.outputText + finished.errorText
            return finished.outputText
        }
        _ = try run("auth", "status", "--base-url", server.address, ends: 77)
        let login = try run("auth", "login", "--base-url", server.address, input: "\(AccountServer.code)\nrest\n")
        #expect(login.contains("\n  \(server.address)/cli-auth?session=s-1\n"))
        #expect(login.hasSuffix("Authenticated as @ada. Credentials saved.\n"))
        let saved = try credentials(of: home)
        let token = try #require(saved["token"]?.stringValue)
        #expect(server.tokens == [token])
        #expect(saved["base_url"]?.stringValue == server.address)
        // From now on the backend needs no name.
        let status = try JSONReader.value(Array(try run("auth", "status").utf8))
        #expect(status["status"]?.stringValue == "signed_in")
        #expect(status["username"]?.stringValue == "ada")
        #expect(status["base_url"]?.stringValue == server.address)
        #expect(try run("call", "whoami").contains("ada"))
        #expect(try run("config", "show").contains("[redacted]"))
        _ = try run("call", "whoami", "--read-only", "--log", "-")
        _ = try run("auth", "logout")
        #expect(server.tokens == [])
        #expect(
            !FileManager.default.fileExists(
                atPath: home.folder.appending(path: ".config/defernowork/credentials.json").path))

        let log = try String(contentsOf: home.log, encoding: .utf8)
        #expect(log.contains("complete_auth"))
        for text in [seen, log] {
            #expect(!text.contains(token))
            #expect(!text.contains(AccountServer.code))
        }
        let audit = try LogAudit(of: home.log)
        #expect(audit.faults == [])
        #expect(audit.openIntents == [])
    }

    @Test("On a terminal the code is not echoed, and the terminal echoes again afterwards")
    func terminal() throws {
        let (home, server) = (try Home(), try AccountServer())
        let terminal = try Terminal()
        let child = try home.start(
            ["auth", "login", "--base-url", server.address], standardInput: terminal.end, standardOutput: terminal.end,
            standardError: terminal.end)
        #expect(child.wait(10) { !terminal.echoes })
        terminal.type(AccountServer.code + "\n")
        let text = try terminal.read(from: child, expecting: .exit(0))
        #expect(text.contains("Paste the code shown after login: "))
        #expect(text.contains("Authenticated as @ada."))
        #expect(!text.contains(AccountServer.code))
        #expect(terminal.echoes)
    }

    @Test("An interrupt while the code is awaited ends the program at once, and the terminal echoes again")
    func interrupt() throws {
        let (home, server) = (try Home(), try AccountServer())
        let terminal = try Terminal()
        let child = try home.start(
            ["auth", "login", "--base-url", server.address], standardInput: terminal.end, standardOutput: terminal.end)
        #expect(child.wait(10) { !terminal.echoes })
        child.signal(SIGINT)
        _ = try terminal.read(from: child, expecting: .exit(130))
        #expect(terminal.echoes)
    }

    @Test(
        "Without a code, or with a wrong one, nobody is signed in, and the status is 77",
        arguments: ["", "\n", "WRONG\n"])
    func noCode(input: String) throws {
        let (home, server) = (try Home(), try AccountServer())
        let finished = try home.run(["auth", "login", "--base-url", server.address], input: input)
        #expect(finished.end == .exit(77))
        #expect(!finished.errorText.contains("WRONG"))
        #expect(server.tokens == [])
        #expect(!FileManager.default.fileExists(atPath: home.folder.appending(path: ".config").path))
    }

    @Test("Two profiles are two accounts, and DEFERNO_TOKEN comes before both")
    func profiles() throws {
        let (home, one, two) = (try Home(), try AccountServer(), try AccountServer())
        for (name, server) in [("one", one), ("two", two)] {
            let login = ["auth", "login", "--profile", name, "--base-url", server.address]
            #expect(try home.run(login, input: AccountServer.code).end == .exit(0))
        }
        for (name, server) in [("one", one), ("two", two)] {
            let status = try home.run("auth", "status", "--profile", name)
            #expect(try JSONReader.value(status.output)["base_url"]?.stringValue == server.address)
            let token = try #require(try credentials(of: home, "credentials-\(name)")["token"]?.stringValue)
            #expect(server.requests.last == "GET /auth/me \(token)")
        }
        // A saved token stays with its backend; that of the environment goes where it is sent.
        #expect(try home.run("auth", "status", "--profile", "one", "--base-url", two.address).end == .exit(77))
        home.environment["DEFERNO_TOKEN"] = "of-the-environment"
        #expect(try home.run("auth", "status", "--profile", "one").end == .exit(77))
        #expect(one.requests.last == "GET /auth/me of-the-environment")
        #expect(!two.requests.contains { $0.contains("tok-") && one.tokens.contains($0) })
    }

    @Test("A sign-in in another process is seen by one that runs, and so is its end")
    func seesOtherProcess() throws {
        let (home, server) = (try Home(), try AccountServer())
        let child = try home.start(["batch", "run", "-", "--base-url", server.address])
        func statuses() -> [String] {
            child.outputText.split(separator: "\n").compactMap {
                (try? JSONReader.value(Array($0.utf8)))?["status"]?.stringValue
            }
        }
        let whoami = "--- {\"op\":\"whoami\"}\n...\n"
        child.send(whoami)
        #expect(child.wait(10) { statuses() == ["failed"] })
        #expect(
            try home.run(["auth", "login", "--base-url", server.address], input: AccountServer.code).end == .exit(0))
        child.send(whoami)
        #expect(child.wait(10) { statuses() == ["failed", "ok"] })
        #expect(try home.run("auth", "logout").end == .exit(0))
        child.send(whoami)
        #expect(child.wait(10) { statuses() == ["failed", "ok", "failed"] })
        child.endInput()
        _ = child.finish()
    }

    @Test("A token would not go over the network in the clear unless that is allowed")
    func insecure() throws {
        let home = try Home()
        home.environment["DEFERNO_TOKEN"] = "hunter2"
        let refused = try home.run("call", "whoami", "--base-url", "http://192.0.2.1")
        #expect(refused.end == .exit(77))
        #expect(refused.errorText.contains("--insecure-http"))
        #expect(!refused.errorText.contains("hunter2"))
    }
}

enum RemoteBackends {
    /// Whether the program reaches backends over HTTP.
    static let areSupported: Bool = {
        guard let home = try? Home() else { return true }
        let finished = try? home.run(["auth", "status", "--base-url", "http://127.0.0.1:1", "--log", "none"])
        return finished?.errorText.contains("not supported yet") != true
    }()
}
