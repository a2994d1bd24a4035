import Testing

@testable import MCPFrontend

@Suite("The versions of the protocol")
struct ProtocolVersionTests {
    @Test("Versions are in order, and only the newest is stateless")
    func order() {
        #expect(ProtocolVersion.allCases == ProtocolVersion.allCases.sorted())
        #expect(ProtocolVersion.allCases.filter(\.isStateless) == [.july2026])
        #expect(ProtocolVersion.newestWithHandshake == ProtocolVersion.allCases.last { !$0.isStateless })
    }
}
