import Foundation
import Glibc
import OperationCatalogue
import Synchronization

/// A backend on this machine with one account, as the seed's contract has it (the bare dialect): the sign-in handshake,
/// `/auth/me` and `/auth/logout`.
final class AccountServer: Sendable {
    static let code = "K7QM-2F9D"
    let port: UInt16
    private let listener: CInt
    private let state = Mutex(State())

    private struct State {
        var tokens: Set<String> = []
        var count = 0
        var requests: [String] = []
    }

    init() throws {
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = self.listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard listener >= 0, isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0, let self else { return }
                self.serve(connection)
            }
        }
    }

    deinit {
        shutdown(listener, CInt(SHUT_RDWR))
        close(listener)
    }

    var address: String { "http://127.0.0.1:\(port)" }

    /// What came in: method, path and token of each request.
    var requests: [String] { state.withLock { $0.requests } }

    /// The tokens that are good.
    var tokens: Set<String> { state.withLock { $0.tokens } }

    private func serve(_ connection: CInt) {
        defer { close(connection) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound].split(separator: "\r\n")
                let length = Self.header("content-length", in: head).flatMap { Int($0) } ?? 0
                if text[end.upperBound...].utf8.count >= length {
                    let body = Array(text[end.upperBound...].utf8.prefix(length))
                    return answer(connection, head, try? JSONReader.value(body))
                }
            }
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            bytes += buffer[..<count]
        }
    }

    private static func header(_ name: String, in head: [Substring]) -> String? {
        for line in head.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { continue }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    private func answer(_ connection: CInt, _ head: [Substring], _ body: JSONValue?) {
        let words = head.first?.split(separator: " ").map(String.init) ?? []
        let token = Self.header("authorization", in: head)?.replacing("Bearer ", with: "")
        let endpoint = words.prefix(2).joined(separator: " ")
        state.withLock { $0.requests.append(token.map { "\(endpoint) \($0)" } ?? endpoint) }
        let (status, value) = result(of: endpoint, body, token)
        let text = value.map { "\(JSONText($0))" } ?? ""
        let answer =
            "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(text.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(text)"
        _ = Array(answer.utf8).withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
    }

    private func result(of endpoint: String, _ body: JSONValue?, _ token: String?) -> (Int, JSONValue?) {
        let user: JSONValue = ["id": "7033cae7-eff6-4df1-bed9-01d16e89c2b0", "username": "ada"]
        return state.withLock { state in
            let isSignedIn = token.map { state.tokens.contains($0) } ?? false
            switch endpoint {
            case "POST /auth/cli/init":
                return (200, ["session_id": "s-1", "auth_url": .string("\(address)/cli-auth?session=s-1")])
            case "POST /auth/cli/verify":
                guard body?["code"]?.stringValue == Self.code, body?["session_id"]?.stringValue == "s-1" else {
                    return (401, ["message": "invalid or expired code"])
                }
                state.count += 1
                let token = "tok-\(state.count)-0123456789abcdef"
                state.tokens.insert(token)
                return (200, ["token": .string(token), "user": user])
            case "GET /auth/me" where isSignedIn: return (200, user)
            case "POST /auth/logout" where isSignedIn:
                state.tokens.remove(token ?? "")
                return (204, nil)
            default: return isSignedIn ? (404, ["message": "not found"]) : (401, nil)
            }
        }
    }
}
