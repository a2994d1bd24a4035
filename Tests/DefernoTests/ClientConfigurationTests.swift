import Testing

@testable import deferno

@Suite("A client's configuration")
struct ClientConfigurationTests {
    @Test("All options are passed on but those that have done their work, and paths hold in every folder")
    func passesOn() {
        let words = [
            "--print-config", "zed", "--base-url=sqlite:x", "--read-only", "--log", "my.ndjson", "--config=/etc/d.yaml",
            "--tools", "get_task",
        ]
        #expect(
            ClientConfiguration.passedOn(words, folder: "/home/ada") == [
                "--read-only", "--log", "/home/ada/my.ndjson", "--config", "/etc/d.yaml", "--tools", "get_task",
            ])
        #expect(ClientConfiguration.passedOn(["--log", "none"], folder: "/x") == ["--log", "none"])
        #expect(ClientConfiguration.passedOn(["--log"], folder: "/x") == ["--log"])
    }

    @Test("An address of a file is made absolute, every other one is left alone")
    func addresses() {
        #expect(ClientConfiguration.absoluteAddress("sqlite:t.db", folder: "/home/ada") == "sqlite:/home/ada/t.db")
        for address in ["sqlite:", "sqlite:/t.db", "https://deferno.work"] {
            #expect(ClientConfiguration.absoluteAddress(address, folder: "/home/ada") == address)
        }
    }
}
