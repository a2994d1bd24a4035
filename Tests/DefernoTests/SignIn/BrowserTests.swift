import Foundation
import Glibc
import Testing

@testable import deferno

@Suite("Opening a page in the browser")
struct BrowserTests {
    /// A folder with an xdg-open that writes down what it was given.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let script =
            "#!/bin/sh\n{ echo \"$#:$1\"; env | grep -a ^DEFERNO_TOKEN; } > '\(folder.path("part"))'\nmv '\(folder.path("part"))' '\(folder.path("opened"))'\n"
        try folder.write(script, to: "xdg-open", mode: 0o700)
        return folder
    }

    @Test("The page is opened where there is a display and xdg-open")
    func opens() async throws {
        let folder = try folder()
        let browser = Browser(
            environment: folder.environment(["DISPLAY": ":0", "PATH": "/nowhere:\(folder.path(""))"]))
        #expect(browser.open("https://deferno.work/cli-auth?session=s-1&x=$(y)#z"))
        #expect(await eventually { FileManager.default.fileExists(atPath: folder.path("opened")) })
        let text = try folder.read("opened")
        #expect(text.hasPrefix("1:https://deferno.work/cli-auth?session=s-1&x=$(y)#z\n"))
        #expect(!text.contains("DEFERNO_TOKEN"))
    }

    @Test("The browser gets the signals that this process holds back")
    func signals() async throws {
        let folder = try folder()
        try folder.write(
            "#!/bin/sh\ngrep SigBlk /proc/self/status > '\(folder.path("part"))'\nmv '\(folder.path("part"))' '\(folder.path("opened"))'\n",
            to: "xdg-open", mode: 0o700)
        let browser = Browser(
            environment: folder.environment(["DISPLAY": ":0", "PATH": "/nowhere:\(folder.path(""))"]))
        #expect(Self.openHoldingSignals(browser))
        #expect(await eventually { FileManager.default.fileExists(atPath: folder.path("opened")) })
        #expect(try folder.read("opened").split(separator: "\t").last?.trimmed == "0000000000000000")
    }

    /// On one thread from beginning to end, as the mask is the thread's own.
    private static func openHoldingSignals(_ browser: Browser) -> Bool {
        var (set, before) = (sigset_t(), sigset_t())
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return browser.open("https://deferno.work")
    }

    @Test("Without a display or a program nothing is tried")
    func nothingToOpenWith() throws {
        let folder = try folder()
        #expect(!Browser(environment: folder.environment(["PATH": folder.path("")])).open("https://deferno.work"))
        #expect(!Browser(environment: folder.environment(["DISPLAY": ":0", "PATH": "/nowhere"])).open("https://a.b"))
    }

    @Test(
        "What is no web page is not opened",
        arguments: [
            "file:///etc/passwd", "--help", "javascript:alert(1)", "", "https://a b", "https://u:p@host/", "https://\n",
        ])
    func refuses(address: String) throws {
        let folder = try folder()
        let browser = Browser(environment: folder.environment(["WAYLAND_DISPLAY": "w", "PATH": folder.path("")]))
        #expect(!browser.open(address))
        #expect(!FileManager.default.fileExists(atPath: folder.path("opened")))
    }
}
