import OperationCatalogue
import Testing

@testable import RESTBackend

@Suite("Addresses")
struct AddressTests {
    @Test(
        "Two ways to write an address are one",
        arguments: [
            ("https://deferno.work", "https://deferno.work"), ("HTTPS://Deferno.Work:443/", "https://deferno.work"),
            ("http://127.0.0.1:3000/", "http://127.0.0.1:3000"), ("http://h:80//", "http://h"),
            ("http://h:443/api/", "http://h:443/api"), ("https://[::1]:8443/API", "https://[::1]:8443/API"),
            ("http://a:80/x/y", "http://a/x/y"), ("https://a-b_c.d/x%20y", "https://a-b_c.d/x%20y"),
            ("https://[ABCD::1]", "https://[abcd::1]"),
        ])
    func canonical(_ given: String, _ kept: String) throws {
        #expect(try HTTPAddress(given).text == kept)
        #expect(try HTTPAddress(kept) == HTTPAddress(given))
    }

    @Test(
        "What is no address is refused with what is wrong",
        arguments: [
            ("", "no scheme"), ("deferno.work", "no scheme"), ("http:/a", "no scheme"), ("ftp://h", "unknown scheme"),
            ("httpx://a", "unknown scheme"), ("https://", "no host"), ("https:///x", "no host"),
            ("https://a b", "no name"), ("https://ü.de", "no name"), ("https://h:", "a port"),
            ("https://h:0", "a port"), ("https://h:65536", "a port"), ("https://h:+1", "a port"),
            ("https://h:8o", "a port"), ("https://[::1", "no ]"), ("https://[x]", "no IPv6"),
            ("https://[::1]x", "a port"), ("https://h?x", "no ?"), ("https://h/?q=1", "no ?"),
            ("https://h/#x", "no #"), ("https://h/a b", "percent-encoded"), ("https://h/\u{0}", "percent-encoded"),
            ("https://a/ü", "percent-encoded"),
        ])
    func refused(_ text: String, _ words: String) {
        let fault = #expect(throws: AddressFault.self) { try HTTPAddress(text) }
        #expect(fault?.message.contains(words) == true, "\(fault?.message ?? "")")
        #expect(fault?.message.contains("expected https://host or http://host:port") == true)
        #expect(fault?.concernsSecret == false)
    }

    @Test(
        "An address with a password is refused without repeating it",
        arguments: ["https://u:hunter2@h", "https://hunter2@h", "https://h/?u:hunter2@", "ftp://u:hunter2@h"])
    func password(_ text: String) {
        let fault = #expect(throws: AddressFault.self) { try HTTPAddress(text) }
        #expect(fault?.message.contains("hunter2") == false)
        #expect(fault?.concernsSecret == true)
    }

    @Test("this machine is told from others")
    func loopback() throws {
        for host in ["localhost", "LOCALHOST:1", "x.localhost", "127.0.0.1", "127.9.8.7:3000", "[::1]:5"] {
            #expect(try HTTPAddress("http://\(host)").origin.isLoopback == true, "\(host)")
        }
        for host in ["128.0.0.1", "localhost.example", "127.0.0.1.example", "127.1", "[::2]", "127.0.0.256", "a"] {
            #expect(try HTTPAddress("http://\(host)").origin.isExposed == true, "\(host)")
            #expect(try HTTPAddress("https://\(host)").origin.isExposed == false, "\(host)")
        }
    }

    @Test(
        "a redirect is followed within the host only",
        arguments: [
            ("http://a:81/x", "/y?z=1#f", "http://a:81/y?z=1"), ("http://a/x", "http://A:80/y", "http://a/y"),
            ("http://a", "https://a/y", "https://a/y"), ("https://a", "//a/y", "https://a/y"),
            ("http://a:81", "https://a/y", nil), ("https://a", "http://a/y", nil), ("http://a", "http://a:81/y", nil),
            ("http://a", "http://b/y", nil), ("http://a", "//b/y", nil), ("http://a", "y", nil), ("http://a", "", nil),
            ("http://a", "http://a@b/y", nil), ("http://a", "ftp://a/y", nil), ("http://a", "/a b", nil),
            ("http://a", "http://a.b/y", nil), ("http://a", "/y\r\nx: 1", nil), ("http://a", "http://a\\@b/", nil),
            ("http://a", "https://a", nil),
        ] as [(String, String, String?)])
    func redirect(_ base: String, _ location: String, _ expected: String?) throws {
        let origin = try HTTPAddress(base).origin
        switch Redirect(to: location, from: origin) {
        case .within(let origin, let target): #expect(origin.text + target == expected)
        case .elsewhere: #expect(expected == nil)
        }
    }

    @Test("percent-encoding keeps what is unreserved, and decoding is its inverse")
    func percentEncoding() {
        #expect(PercentEncoding.encoded("aZ09-._~") == "aZ09-._~")
        #expect(PercentEncoding.encoded("a b/ü+&=%\u{1F3A8}\n") == "a%20b%2F%C3%BC%2B%26%3D%25%F0%9F%8E%A8%0A")
        for text in ["", "a b/ü+&=%\u{1F3A8}\n", "100%", "%zz%4"] {
            #expect(PercentEncoding.decoded(PercentEncoding.encoded(text)) == text)
        }
        #expect(PercentEncoding.decoded("%zz%4") == "%zz%4")
    }
}

@Suite("Proxies")
struct ProxyTests {
    private func proxy(_ environment: [String: String], _ address: String) throws -> String? {
        let origin = try HTTPAddress(address).origin
        return try ProxySettings(environment: environment).proxy(for: origin).map { proxy in
            let user = proxy.user.map { "\($0):\(proxy.password?.reveal() ?? "")@" } ?? ""
            return "\(proxy.kind)://\(user)\(proxy.host):\(proxy.port)"
        }
    }

    @Test(
        "are taken from the environment, the lower case first",
        arguments: [
            (["https_proxy": "http://p:3128"], "https://a", "http://p:3128"),
            (["HTTPS_PROXY": "p"], "https://a", "http://p:80"),
            (["https_proxy": "x:1", "HTTPS_PROXY": "y:2"], "https://a", "http://x:1"),
            (["http_proxy": "p:1"], "https://a", nil), (["http_proxy": "p:1"], "http://a", "http://p:1"),
            (["all_proxy": "socks5://p"], "https://a", "socks://p:1080"),
            (["all_proxy": "socks5h://p:9/"], "http://a", "socks://p:9"),
            (["https_proxy": "http://us%40er:p%3Aw@p:1"], "https://a", "http://us@er:p:w@p:1"),
            (["https_proxy": "p:1"], "https://localhost", nil), (["https_proxy": "p:1"], "https://127.0.0.1:9", nil),
            (["https_proxy": "p:1", "no_proxy": "b, a"], "https://a", nil),
            (["https_proxy": "p:1", "no_proxy": ".a.b"], "https://x.a.b", nil),
            (["https_proxy": "p:1", "no_proxy": "a.b"], "https://xa.b", "http://p:1"),
            (["https_proxy": "p:1", "no_proxy": "a:444"], "https://a", "http://p:1"),
            (["https_proxy": "p:1", "NO_PROXY": "*"], "https://a", nil),
            (["https_proxy": "p:1", "no_proxy": "192.0.2.0/24"], "https://192.0.2.7", nil),
            (["https_proxy": "p:1", "no_proxy": "192.0.2.0/24"], "https://192.0.3.7", "http://p:1"),
            (["https_proxy": "p:1", "no_proxy": "192.0.2.7/31"], "https://192.0.2.6", nil),
            (["https_proxy": "p:1", "no_proxy": "192.0.2.7"], "https://192.0.2.7", nil),
            (["https_proxy": "p:1", "no_proxy": "2001:db8::/33"], "https://[2001:db8:7fff::1]", nil),
            (["https_proxy": "p:1", "no_proxy": "2001:db8::/33"], "https://[2001:db8:8000::1]", "http://p:1"),
            (["https_proxy": "p:1", "no_proxy": "[2001:db8::1]:81"], "https://[2001:db8::1]:81", nil),
            (["https_proxy": "p:1", "no_proxy": "[2001:db8::1]:81"], "https://[2001:db8::1]:82", "http://p:1"),
            (["https_proxy": "p:1", "no_proxy": "[2001:db8::1]"], "https://[2001:db8::1]:82", nil),
            (["https_proxy": "https://p:1"], "http://a", nil),
            (["https_proxy": "https://p:1"], "https://127.0.0.1", nil),
            (["https_proxy": "https://p:1", "no_proxy": "*"], "https://a", nil),
            (["https_proxy": ""], "https://a", nil),
            (["HTTP_PROXY": "p:1", "REQUEST_METHOD": "GET"], "http://a", nil),
        ] as [([String: String], String, String?)])
    func environment(_ environment: [String: String], _ address: String, _ expected: String?) throws {
        #expect(try proxy(environment, address) == expected)
    }

    @Test(
        "that cannot be used are refused without their password",
        arguments: [
            "https://p:1", "ftp://p", "http://user:hidden@", "p:0", "socks5://user:hidden@p",
        ])
    func refused(_ address: String) {
        #expect {
            try proxy(["https_proxy": address], "https://a")
        } throws: { error in
            let message = (error as? OperationError)?.message ?? ""
            return message.contains("https_proxy") && !message.contains("hidden")
        }
    }
}
