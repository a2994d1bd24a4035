import Testing

@Suite("The ways to a backend")
struct TransportTests {
    @Test(
        "HTTP/1.1 and 2, proxies and kept connections are used as they should be",
        .enabled(
            if: Command.mayRun("/usr/sbin/nginx", "/usr/bin/openssl"),
            "nginx or openssl is not installed: .ci/setup tests does that"))
    func transport() throws {
        try Python.system.check("transport.py", DefernoBinary.path)
    }
}
