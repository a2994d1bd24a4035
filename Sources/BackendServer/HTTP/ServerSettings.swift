/// Where and how a ``BackendServer`` serves.
package struct ServerSettings: Sendable {
    package let host: String
    /// 0 for any that is free.
    package let port: Int
    /// How slow it is to try a password.
    let passwords: PasswordHash.Parameters
    /// For a whole body to come.
    let bodyTime: Duration

    /// Bytes of a request's body.
    static let mostBodyBytes = 1_048_576
    /// Bytes of all of a request's header fields.
    static let mostHeaderBytes = 16_384
    /// At the same time; further ones wait in the system's queue.
    static let mostConnections = 1024
    /// A connection on which nothing comes for so long is closed.
    static let idleSeconds: Int64 = 60

    package init(host: String, port: Int) {
        self.init(host: host, port: port, passwords: .recommended, bodyTime: .seconds(20))
    }

    init(host: String, port: Int, passwords: PasswordHash.Parameters, bodyTime: Duration) {
        self.host = host
        self.port = port
        self.passwords = passwords
        self.bodyTime = bodyTime
    }
}
