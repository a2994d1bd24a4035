/// Where and how a ``BackendServer`` serves.
package struct ServerSettings: Sendable {
    package let host: String
    /// 0 for any that is free.
    package let port: Int
    /// How slow it is to try a password.
    let passwords: PasswordHash.Parameters
    /// For a whole body to come.
    let bodyTime: Duration

    /// The addresses of proxies that are believed what they say of their clients, beside those of this machine.
    let proxies: Set<String>

    /// Bytes of a request's body, of somebody who is signed in.
    static let mostBodyBytes = 1_048_576
    /// The same of anybody else, who has nothing to send but forms.
    static let mostBodyBytesOfStrangers = 65_536
    /// Bytes of all of a request's header fields.
    static let mostHeaderBytes = 16_384
    /// At the same time; further ones wait in the system's queue.
    static let mostConnections = 1024
    /// Of one address that is not this machine's; further ones are closed.
    static let mostConnectionsOfAddress = 256
    /// After the shutdown has begun, connections have so long to end by themselves.
    static let drainTime: Duration = .seconds(5)
    /// A connection on which nothing comes for so long is closed.
    static let idleSeconds: Int64 = 60

    package init(host: String, port: Int, proxies: Set<String> = []) {
        self.init(host: host, port: port, proxies: proxies, passwords: .recommended, bodyTime: .seconds(20))
    }

    init(
        host: String, port: Int, proxies: Set<String> = [], passwords: PasswordHash.Parameters, bodyTime: Duration
    ) {
        self.proxies = proxies
        self.host = host
        self.port = port
        self.passwords = passwords
        self.bodyTime = bodyTime
    }
}
