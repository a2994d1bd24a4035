import Foundation
import Glibc
import OperationCatalogue
import OperationPipeline
import Testing

@testable import deferno

@Suite("Reading the code")
struct CodeInputTests {
    private func code(_ entry: CodeInput.Entry) -> String? {
        if case .code(let secret) = entry { return secret.reveal() }
        return nil
    }

    /// What is read from a pipe that holds `text`, and what is left in it.
    private func read(_ text: String) async throws -> (CodeInput.Entry, String) {
        let input = try GivenInput(text)
        let entry = await CodeInput(descriptor: input.descriptor, shutdown: Shutdown()).read()
        var rest = [UInt8](repeating: 0, count: 4096)
        let count = withExtendedLifetime(input) { Glibc.read(input.descriptor, &rest, rest.count) }
        return (entry, String(decoding: rest[..<max(0, count)], as: UTF8.self))
    }

    @Test("A line from a pipe is taken without the space around it, and what follows is left for others")
    func lineFromPipe() async throws {
        for text in ["K7QM-2F9D\nnext line\n", " K7QM-2F9D \r\nnext line\n"] {
            let (entry, rest) = try await read(text)
            #expect(code(entry) == "K7QM-2F9D")
            #expect(rest == "next line\n")
        }
        #expect(code(try await read("K7QM-2F9D").0) == "K7QM-2F9D")
    }

    @Test("An empty line and the end of the input are no code", arguments: ["", "\n", "  \r\n"])
    func nothing(text: String) async throws {
        guard case .nothing = try await read(text).0 else {
            Issue.record("something was read")
            return
        }
    }

    @Test("An endless line is not read to its end")
    func endlessLine() async throws {
        let (_, rest) = try await read(String(repeating: "x", count: 3000))
        #expect(rest.count > 1000)
    }

    @Test("On a terminal the code is not shown, and the echo comes back")
    func terminal() async throws {
        let terminal = try PseudoTerminal()
        async let entry = CodeInput(descriptor: terminal.end, shutdown: Shutdown()).read()
        #expect(await eventually { !terminal.echoes })
        terminal.type("K7QM-2F9D\n")
        #expect(code(await entry) == "K7QM-2F9D")
        #expect(terminal.echoes)
        #expect(terminal.screen() == "")
        terminal.type("shown\n")
        #expect(await eventually { terminal.screen().contains("shown") })
    }

    @Test("A shutdown ends the waiting, and the terminal echoes again")
    func interruption() async throws {
        let terminal = try PseudoTerminal()
        let shutdown = Shutdown()
        async let entry = CodeInput(descriptor: terminal.end, shutdown: shutdown).read()
        #expect(await eventually { !terminal.echoes })
        shutdown.begin()
        guard case .interrupted = await entry else {
            Issue.record("it was not interrupted")
            return
        }
        #expect(terminal.echoes)
    }
}
