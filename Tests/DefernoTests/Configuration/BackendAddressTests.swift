import Testing

@testable import deferno

@Suite("Addresses of backends")
struct BackendAddressTests {
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
