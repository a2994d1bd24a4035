import Foundation
import OperationCatalogue
import Testing

@Suite("deferno config, and what it says")
struct ConfigTests {
    @Test("config show prints each value and where it comes from, and makes nothing")
    func show() throws {
        let home = try Home()
        try home.write("read_only: true\nprofiles: {work: {deadline: 5s}}\n", to: "my.yaml")
        home.environment["DEFERNO_ALLOW"] = "whoami"
        home.environment["DEFERNO_TOKEN"] = "hunter2"
        let finished = try home.run(
            "config", "show", "--config", "my.yaml", "--profile", "work", "--base-url", "https://deferno.example/")
        #expect(finished.end == .exit(0))
        #expect(finished.errorText == "")
        let expected = """
            {"config":{"value":"my.yaml","from":"--config"},"profile":{"value":"work","from":"--profile"},\
            "base_url":{"value":"https://deferno.example","from":"--base-url"},\
            "token":{"value":"[redacted]","from":"DEFERNO_TOKEN"},"insecure_http":{"value":false,"from":"default"},\
            "log":{"value":null,"from":"default"},"log_sync":{"value":"group","from":"default"},\
            "log_rotate":{"value":"64MiB","from":"default"},\
            "log_compress":{"value":true,"from":"default"},"log_keep":{"value":null,"from":"default"},\
            "log_keep_for":{"value":null,"from":"default"},"log_required":{"value":true,"from":"default"},\
            "log_key":{"value":null,"from":"default"},"read_only":{"value":true,"from":"my.yaml:1:1"},\
            "allow":{"value":["whoami"],"from":"DEFERNO_ALLOW"},"no_destroy":{"value":false,"from":"default"},\
            "deadline":{"value":"5s","from":"my.yaml:2:19"},"log_level":{"value":"warning","from":"default"}}

            """
        #expect(finished.outputText == expected)
        #expect(home.isUntouched)
    }

    @Test("A saved token shows as where it is, and as nothing for another backend")
    func savedToken() throws {
        let home = try Home()
        let folder = home.folder.appending(path: ".config/defernowork")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "credentials.json")
        try Data(#"{"token":"hunter2","username":"ada","base_url":"https://deferno.example"}"#.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let own = try home.run("config", "show")
        let token = try JSONReader.value(own.output)["token"]
        #expect(token?["value"]?.stringValue == "[redacted]")
        #expect(token?["from"]?.stringValue == file.path)
        #expect(!own.outputText.contains("hunter2"))
        let other = try home.run("config", "show", "--base-url", "https://evil.example")
        #expect(try JSONReader.value(other.output)["token"]?["value"]?.isNull == true)
    }

    @Test("A tilde in the environment, in a file and on the command line is the home folder")
    func tilde() throws {
        let home = try Home()
        home.environment["DEFERNO_BASE_URL"] = "sqlite:~/tasks.sqlite"
        try home.write("log: ~/log.ndjson\n", to: "my.yaml")
        #expect(try home.run("call", "create_task", "title=x", "--config", "~/my.yaml").end == .exit(0))
        for name in ["tasks.sqlite", "log.ndjson"] {
            #expect(FileManager.default.fileExists(atPath: home.folder.appending(path: name).path))
        }
        #expect(!FileManager.default.fileExists(atPath: home.folder.appending(path: "~").path))
        let other = try home.run("call", "whoami", "--base-url", "sqlite:~root/x")
        #expect(other.end == .exit(64) && other.errorText.contains("write the whole path"))
    }

    @Test("A token that is a reference which nobody has replaced is refused by its name")
    func reference() throws {
        let home = try Home()
        home.environment["DEFERNO_TOKEN"] = "${DEFERNO_TOKEN:-hunter2}"
        let finished = try home.run("call", "whoami", "--base-url", "https://deferno.example")
        #expect(finished.end == .exit(64))
        #expect(finished.errorText.contains("DEFERNO_TOKEN: holds the reference ${DEFERNO_TOKEN}"))
        #expect(!finished.errorText.contains("hunter2"))
    }

    @Test("On a terminal it is a table")
    func table() throws {
        let home = try Home()
        home.environment["DEFERNO_TOKEN"] = "hunter2"
        let terminal = try Terminal()
        let child = try home.start(["config", "show", "--read-only"], standardOutput: terminal.end)
        let text = try terminal.read(from: child, expecting: .exit(0))
        let rows = text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
        #expect(rows.contains(["read_only", "true", "--read-only"]))
        #expect(rows.contains(["base_url", "sqlite:", "default"]))
        #expect(rows.contains(["token", "[redacted]", "DEFERNO_TOKEN"]))
    }

    @Test("The file is found in the configuration folder, and its settings hold")
    func fileHolds() throws {
        let home = try Home()
        for (variable, place) in [("", ".config"), (home.folder.appending(path: "xdg").path, "xdg")] {
            home.environment["XDG_CONFIG_HOME"] = variable
            let folder = home.folder.appending(path: "\(place)/deferno")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try home.write(
                "read_only: yes\nbase_url: sqlite:\(place).sqlite\nlog: none\n", to: "\(place)/deferno/config.yaml")
            let refused = try home.run("call", "create_task", "title=x")
            #expect(refused.end == .exit(77))
            #expect(try home.run("call", "create_task", "title=x", "--no-read-only").end == .exit(0))
            #expect(FileManager.default.fileExists(atPath: home.folder.appending(path: "\(place).sqlite").path))
        }
        #expect(home.isUntouched)
    }

    @Test("A faulty file is shown with place and caret and stops every command that would use it, with 65")
    func faultyFile() throws {
        let home = try Home()
        try home.write("log: none\n\nreed_only: true\n", to: "config.yaml")
        try home.write(creates(1))
        for command in [
            ["call", "whoami"], ["batch", "run", "script.yaml"], ["auth", "status"], ["config", "show"],
        ] {
            let finished = try home.run(command + ["--config", "config.yaml"])
            #expect(finished.end == .exit(65))
            #expect(finished.outputText == "")
            #expect(
                finished.errorText == """
                    config.yaml:3:1: error: unknown key reed_only; did you mean read_only?
                        reed_only: true
                        ^

                    """)
        }
        #expect(home.isUntouched)
    }

    @Test("A file that is named and not there is told; DEFERNO_CONFIG names one as well")
    func missingFile() throws {
        let home = try Home()
        #expect(try home.run("call", "whoami", "--config", "none.yaml").end == .exit(65))
        home.environment["DEFERNO_CONFIG"] = "none.yaml"
        let finished = try home.run("call", "whoami")
        #expect(finished.end == .exit(65))
        #expect(finished.errorText == "none.yaml:1:1: error: cannot be opened: No such file or directory\n")
    }

    @Test("A wrong variable is told by its name")
    func wrongVariable() throws {
        let home = try Home()
        home.environment["DEFERNO_READ_ONLY"] = "maybe"
        let finished = try home.run("call", "whoami")
        #expect(finished.end == .exit(64))
        #expect(finished.errorText.contains("DEFERNO_READ_ONLY: expected true or false, found \"maybe\""))
    }
}
