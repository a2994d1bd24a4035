import OperationCatalogue
import Testing

@testable import deferno

@Suite("Values of settings")
struct SettingValueTests {
    @Test(
        "Times are seconds unless they say otherwise",
        arguments: [
            ("30", 30_000), ("30s", 30_000), ("1.5s", 1500), ("500ms", 500), ("2m", 120_000), ("1ms", 1),
            ("60m", 3_600_000),
        ])
    func times(text: String, milliseconds: Int) throws {
        #expect(try Duration(.text(text)) == .milliseconds(milliseconds))
    }

    @Test(
        "What is no time, or none from 1ms to 60m, is refused",
        arguments: ["", "s", "-1s", "0", "0.1ms", "61m", "1h", "1e3", "0x1", "nan", "inf", "1 s", "1..5s", "٣s"])
    func noTimes(text: String) {
        let fault = #expect(throws: SettingFault.self) { try Duration(.text(text)) }
        #expect(fault?.message.hasPrefix("expected a time from 1ms to 60m") == true)
    }

    @Test("A time is shown as it can be written")
    func shownTimes() throws {
        for text in ["30s", "1500ms", "1ms", "3600s"] {
            #expect(try Duration(.text(text)).json.stringValue == text)
        }
    }

    @Test("Truth is written in the ways people write it, and nothing else is taken for it")
    func truth() throws {
        for text in ["true", "TRUE", "yes", "on", "1"] { #expect(try Bool(.text(text))) }
        for text in ["false", "False", "no", "off", "0"] { #expect(try !Bool(.text(text))) }
        for text in ["", "maybe", "2", "y", "null"] {
            #expect(throws: SettingFault.self) { try Bool(.text(text)) }
        }
        #expect(throws: SettingFault.self) { try Bool(.list(["true"])) }
    }

    @Test(
        "The name of a profile cannot lead out of its folder",
        arguments: ["", ".", "..", "../x", "a/b", "-x", "_", "a b", "ü"])
    func profileNames(text: String) {
        #expect(throws: SettingFault.self) { try ProfileName(.text(text)) }
    }

    @Test("Operations are named by a list or with commas, and each must exist")
    func operations() throws {
        #expect(try OperationNames(.text("whoami, get_task")).names == ["whoami", "get_task"])
        #expect(try OperationNames(.list(["whoami"])).names == ["whoami"])
        let fault = #expect(throws: SettingFault.self) { try OperationNames(.list(["get_tsk"])) }
        #expect(fault?.message == "unknown operation 'get_tsk'; did you mean get_task?")
    }

    @Test("White space around a token is no part of it; within it, it is refused, and never shown")
    func tokens() throws {
        #expect(try Secret(.text(" tok \n")) == Secret("tok"))
        for text in ["t ok", "to\u{7}k", "tök", " ", String(repeating: "x", count: 8193)] {
            let fault = #expect(throws: SettingFault.self) { try Secret(.text(text)) }
            #expect(fault?.message.contains(text) == (text == " "))
        }
    }

    @Test("A tilde is the home folder, in every setting that names a file", arguments: [("~", ""), ("~/x y", "/x y")])
    func tilde(text: String, rest: String) throws {
        let home = "/home/ada"
        #expect(try FilePath(.text(text)).expanded(inHome: home).text == home + rest)
        #expect(try LogChoice(.text(text)).expanded(inHome: home) == .file(home + rest))
        #expect(try BackendAddress(.text("sqlite:" + text)).expanded(inHome: home) == .store("sqlite:" + home + rest))
        #expect(try FilePath?(.text(text)).expanded(inHome: home)?.text == home + rest)
        let fault = #expect(throws: SettingFault.self) { try FilePath(.text(text)).expanded(inHome: nil) }
        #expect(fault?.message.contains("set HOME") == true)
    }

    @Test("Where no tilde begins a path, nothing is put in its place", arguments: ["x", "/x/~", "./~", "-", "none"])
    func noTilde(text: String) throws {
        #expect(try FilePath(.text(text)).expanded(inHome: "/home/ada").text == text)
        #expect(try LogChoice(.text(text)).expanded(inHome: "/home/ada") == LogChoice(.text(text)))
        let address = try BackendAddress(.text("sqlite:" + text))
        #expect(try address.expanded(inHome: "/home/ada") == address)
        let web = try BackendAddress(.text("https://deferno.example/~ada"))
        #expect(try web.expanded(inHome: "/home/ada") == web)
    }

    @Test("The home folder of another user is not looked up, and is no folder's name", arguments: ["~ada", "~ada/x"])
    func othersHome(text: String) {
        for read: () throws -> Void in [
            { _ = try LogChoice(.text(text)) }, { _ = try FilePath(.text(text)) },
            { _ = try BackendAddress(.text("sqlite:" + text)) },
        ] {
            let fault = #expect(throws: SettingFault.self) { try read() }
            #expect(fault?.message.contains("write the whole path") == true)
        }
    }

    @Test(
        "A reference that nobody has put a value in the place of is refused by its name",
        arguments: [
            ("${DEFERNO_TOKEN}", "${DEFERNO_TOKEN}"), ("${env:DEFERNO_TOKEN}", "${env:DEFERNO_TOKEN}"),
            ("${input:deferno-token}", "${input:deferno"), ("${TOKEN:-hidden}", "${TOKEN}"),
            ("Bearer${X}", "${X}"),
        ])
    func references(text: String, name: String) {
        for read: () throws -> Void in [
            { _ = try Secret(.text(text)) }, { _ = try FilePath(.text("/x/" + text)) },
            { _ = try LogChoice(.text(text)) }, { _ = try BackendAddress(.text("https://" + text)) },
        ] {
            let fault = #expect(throws: SettingFault.self) { try read() }
            #expect(fault?.message.contains(name) == true, "\(fault?.message ?? "")")
            #expect(fault?.message.contains("hidden") == false && fault?.concernsSecret == true)
        }
    }

    @Test(
        "What only looks a little like a reference is a token", arguments: ["$x{y}", "a$b", "{x}", "${", "${}", "$(x)"])
    func noReferences(text: String) throws {
        #expect(try Secret(.text(text)) == Secret(text))
    }
}
