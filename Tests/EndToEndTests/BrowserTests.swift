import Foundation
import Testing

/// The pages of `deferno serve` in a real browser. What it looked like is kept in `.build/screenshots`.
@Suite(
    "The pages in a browser", .serialized,
    .enabled(if: Chromium.mayRun, "there is no chromium or no python3; .ci/setup tests installs them"))
struct BrowserTests {
    private static let screenshots = DefernoBinary.packageFolder.appending(path: ".build/screenshots")

    @Test("Every page can be read, reached and heard, in light and dark, on a phone and on a desk")
    func pages() throws {
        try Python.system.check("browser_pages.py", Self.screenshots.appending(path: "pages").path)
    }

    @Test("From deferno serve over a sign-in in the browser to an agent's change in the live log")
    func signIn() throws {
        try Python.system.check(
            "browser_sign_in.py", DefernoBinary.path, Self.screenshots.appending(path: "sign-in").path)
    }
}

private enum Chromium {
    /// In CI a test fails rather than that it is skipped.
    static let mayRun =
        DefernoBinary.isCI || isInstalled && FileManager.default.isExecutableFile(atPath: Python.system.path)

    private static let isInstalled: Bool = {
        let environment = ProcessInfo.processInfo.environment
        if environment["DEFERNO_CHROMIUM"] != nil { return true }
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        return ["chromium", "chromium-browser", "google-chrome"].contains { name in
            folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
        }
    }()
}
