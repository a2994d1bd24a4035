import Testing

@testable import deferno

@Suite("Addresses of backends")
struct HTTPAddressTests {
    @Test(
        "Two ways to write an address are one",
        arguments: [
            ("https://deferno.work", "https://deferno.work"), ("HTTPS://Deferno.Work:443/", "https://deferno.work"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"), ("http://h:80//", "http://h"),
            ("http://h:443/api/", "http://h:443/api"), ("https://[::1]:8443/API", "https://[::1]:8443/API"),
            ("https://a-b_c.d/x%20y", "https://a-b_c.d/x%20y"),
        ])
    func canonical(text: String, expected: String) throws {
        #expect(try HTTPAddress(text).text == expected)
        #expect(try HTTPAddress(expected).text == expected)
    }

    @Test(
        "What is no address is refused with what is wrong",
        arguments: [
            ("", "no scheme"), ("deferno.work", "no scheme"), ("ftp://h", "unknown scheme"), ("https://", "no host"),
            ("https:///x", "no host"), ("https://a b", "no name"), ("https://ü.de", "no name"),
            ("https://h:", "a port"),
            ("https://h:0", "a port"), ("https://h:65536", "a port"), ("https://h:+1", "a port"),
            ("https://h:8o", "a port"),
            ("https://[::1", "no ]"), ("https://[x]", "no IPv6"), ("https://[::1]x", "a port"), ("https://h?x", "no ?"),
            ("https://h/#x", "no #"), ("https://h/a b", "percent-encoded"), ("https://h/\u{0}", "percent-encoded"),
        ])
    func refused(text: String, words: String) {
        let fault = #expect(throws: SettingFault.self) { try HTTPAddress(text) }
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
    }

    @Test(
        "An address with a password is refused without repeating it",
        arguments: [
            "https://u:hunter2@h", "https://hunter2@h", "https://h/?u:hunter2@", "ftp://u:hunter2@h", "u:hunter2@h",
        ])
    func password(text: String) {
        let fault = #expect(throws: SettingFault.self) { try BackendAddress(.text(text)) }
        #expect(fault?.message.contains("hunter2") == false)
        #expect(fault?.concernsSecret == true)
    }

    @Test("The embedded store is an address as well")
    func store() throws {
        #expect(try BackendAddress(.text("sqlite:")) == .store("sqlite:"))
        #expect(try BackendAddress(.text("sqlite:a@b.sqlite")) == .store("sqlite:a@b.sqlite"))
        #expect(throws: SettingFault.self) { try BackendAddress(.list(["sqlite:"])) }
        #expect(throws: SettingFault.self) { try BackendAddress(.text("sqlite:\u{0}")) }
    }
}
