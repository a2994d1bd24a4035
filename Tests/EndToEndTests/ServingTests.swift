import Foundation
import Testing

/// `deferno serve` as strangers meet it, and the files that put it into service.
@Suite("deferno serve", .serialized)
struct ServingTests {
    @Test("A script, an agent and a sign-in work against a backend over HTTP, in both dialects")
    func bothDialects() throws {
        try Python.system.check("both_dialects.py", DefernoBinary.path)
    }

    @Test("Whoever is slow, greedy or in the middle of something when it ends harms nobody")
    func hostileHTTP() throws {
        try Python.system.check("hostile_http.py", DefernoBinary.path)
    }

    @Test("A crowd, a store that another program holds, and one that is gone hang nobody up and lose nothing")
    func stuckStore() throws {
        try Python.system.check("stuck_store.py", DefernoBinary.path)
    }

    @Test("Strangers do not fill the log, who leaves is out at once, and reads go on when the log is gone")
    func trouble() throws {
        try Python.system.check("serve_trouble.py", DefernoBinary.path)
    }

    @Test("Answers too long for memory are not held in it, leave nothing behind, and say where there is no room")
    func largeAnswers() throws {
        try Python.system.check("large_answers.py", DefernoBinary.path)
    }

    @Test(
        "Every answer is as the backend's published description has it",
        .enabled(if: OpenAPI.isThere || DefernoBinary.isCI, OpenAPI.reason))
    func answersAsDescribed() throws {
        try #require(OpenAPI.isThere, "there is no \(OpenAPI.file.path)")
        try Python.system.check("openapi_answers.py", DefernoBinary.path, OpenAPI.file.path)
    }

    @Test("The service's file is one that systemd takes", .enabled(if: Command.isThere("/usr/bin/systemd-analyze")))
    func service() throws {
        // systemd wants the program to be there, which it is not under that path.
        let text = try Self.config("deferno.service").replacing("/usr/local/bin/deferno", with: "/bin/true")
        let home = try Home()
        let file = home.folder.appending(path: "deferno.service")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let (status, output) = try Command.run("/usr/bin/systemd-analyze", ["verify", "--man=no", file.path])
        #expect(status == 0, "\(output)")
        #expect(!output.contains("deferno.service"), "\(output)")
    }

    @Test("The proxy's file is one that nginx takes", .enabled(if: Command.isThere("/usr/sbin/nginx")))
    func proxy() throws {
        let home = try Home()
        let folder = home.folder.path
        let (made, complaint) = try Command.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tasks.example.org", "-keyout",
                "\(folder)/key", "-out", "\(folder)/certificate",
            ])
        try #require(made == 0, "\(complaint)")
        let server = try Self.config("nginx.conf")
            .replacing("/etc/ssl/certs/tasks.example.org.pem", with: "\(folder)/certificate")
            .replacing("/etc/ssl/private/tasks.example.org.key", with: "\(folder)/key")
            .replacing("listen 443", with: "listen 127.0.0.1:44443")
        let file = home.folder.appending(path: "nginx.conf")
        let text = "pid \(folder)/pid; error_log stderr; events {} http { access_log off; \(server) }"
        try text.write(to: file, atomically: true, encoding: .utf8)
        let (status, output) = try Command.run("/usr/sbin/nginx", ["-t", "-p", folder, "-c", file.path])
        #expect(status == 0, "\(output)")
    }

    private static func config(_ name: String) throws -> String {
        try String(contentsOf: DefernoBinary.packageFolder.appending(path: "config/\(name)"), encoding: .utf8)
    }
}

/// The backend's published description, which is not part of the package: `DEFERNO_OPENAPI`, or else beside the checkout.
private enum OpenAPI {
    static let file: URL = {
        if let path = ProcessInfo.processInfo.environment["DEFERNO_OPENAPI"] { return URL(filePath: path) }
        return DefernoBinary.packageFolder.deletingLastPathComponent()
            .appending(path: "shared/contract/openapi-0.1.json")
    }()

    static let isThere = FileManager.default.fileExists(atPath: file.path)
    static let reason: Comment = "DEFERNO_OPENAPI names no file with the backend's description"
}
