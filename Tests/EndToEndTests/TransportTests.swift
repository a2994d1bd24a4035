import Foundation
import Testing

@Suite("The ways to a backend")
struct TransportTests {
    private static let isReady =
        ["/usr/sbin/nginx", "/usr/bin/openssl"].allSatisfy { FileManager.default.fileExists(atPath: $0) }
        || DefernoBinary.isCI

    @Test(
        "HTTP/1.1 and 2, proxies and kept connections are used as they should be",
        .enabled(if: isReady, "nginx or openssl is not installed: .ci/setup tests does that"))
    func transport() throws {
        try Python.system.check("transport.py", DefernoBinary.path)
    }
}
