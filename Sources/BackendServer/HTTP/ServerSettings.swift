import OperationPipeline

/// Where and how a ``BackendServer`` serves, and its limits: all of them stand here, and in <doc:BackendServer>.
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
    /// Connections at the same time; further ones wait in the system's queue.
    let connections: Int

    /// - Parameter connections: as many as the system lets the process have files open, without those it needs itself.
    package init(host: String, port: Int, proxies: Set<String> = [], connections: Int = Self.mostConnections) {
        self.init(
            host: host, port: port, proxies: proxies, connections: connections, passwords: .recommended,
            bodyTime: .seconds(20))
    }

    init(
        host: String, port: Int, proxies: Set<String> = [], connections: Int = Self.mostConnections,
        passwords: PasswordHash.Parameters, bodyTime: Duration
    ) {
        self.proxies = proxies
        self.host = host
        self.port = port
        self.connections = min(connections, Self.mostConnections)
        self.passwords = passwords
        self.bodyTime = bodyTime
    }
}

// MARK: - Requests

extension ServerSettings {
    /// Bytes of a request's body, of somebody who is signed in.
    static let mostBodyBytes = 1_048_576
    /// The same of anybody else, who has nothing to send but forms.
    static let mostBodyBytesOfStrangers = 65_536
    /// Bytes of all of a request's header fields.
    static let mostHeaderBytes = 16_384
    static let mostHeaderFields = 100
}

// MARK: - Connections

extension ServerSettings {
    /// At the same time; further ones wait in the system's queue.
    package static let mostConnections = 1024
    /// With so many left, each new connection ends one on which nothing is under way, the one that is so for longest.
    static let spareConnections = 64
    /// Of one network (``ClientNetwork``) that is not this machine's; further ones are closed.
    static let mostConnectionsOfNetwork = 256
    /// A connection on which nothing comes for so long is closed.
    static let idleTime: Duration = .seconds(60)
    /// An answer of which nothing is taken for so long is not waited for, in seconds.
    static let stalledSeconds: Int64 = 30
    /// An answer has to be taken at this pace, in bytes a second, beyond ``stalledSeconds``.
    static let slowestReading = 65_536
    /// Answers that lie in files at the same time: what fits into ``SharedResource/answerBytes``, and some that do not yet count.
    package static let mostSpooledAnswers = SharedResource.answerBytes.all / Spools.partBytes + 8
    /// A larger answer goes out in pieces of this size, in bytes.
    static let pieceBytes = 65_536
    /// Of an answer that lies in a file, no more bytes are read than this before it is known whether they can be sent.
    static let mostBytesAhead = 262_144
}

// MARK: - Signing in

extension ServerSettings {
    /// How long a program can wait for its user, in seconds.
    static let signInLife: Int64 = 600
    static let mostWrongCodes = 5
    /// So many programs can wait at a time; without a limit, anybody could fill the disk.
    static let mostWaiting = 10_000
    /// The same from one network.
    static let mostWaitingOfNetwork = 100
    /// The same from one site: the first 48 bits of an IPv6 address, which is what a customer gets.
    static let mostWaitingOfSite = 1000
    /// Within this time, in seconds, attempts with a password are counted.
    static let attemptWindow: Int64 = 15 * 60
    /// For a name from one network, and for an account from a browser that has signed in to it before.
    static let attemptsPerName = 10
    /// From one network, whatever the name.
    static let attemptsPerNetwork = 50
    /// For a name from everywhere, browsers that have signed in to it before left out.
    static let attemptsPerNameEverywhere = 200
    /// How long a browser that has signed in is known for one, in seconds.
    static let deviceLife: Int64 = 365 * 86_400
}

// MARK: - The log

extension ServerSettings {
    /// Requests of nobody who is signed in, and those that were refused, are summed up over this time.
    static let accessPeriod: Duration = .seconds(60)
    /// So many of those of nobody are recorded by network and status in that time; further ones together.
    static let mostAccessSums = 32
    /// The address of those that are recorded together.
    static let manyAddresses = "*"
}

// MARK: - Shares

/// What all clients share, and of which one must leave enough to the others.
enum SharedResource: Int, Sendable, CaseIterable {
    /// Live logs (`/events`).
    case eventStreams
    /// Requests under way, until their answers are taken.
    case answers
    /// Bytes of answers that are larger than a piece, until they are taken.
    case answerBytes
    /// Bytes of bodies that are longer than a stranger's, until they are dealt with.
    case bodyBytes
    /// Passwords that are checked, or wait for it: two at a time are, each in about half a second.
    case passwordChecks

    /// Of one account or, where nobody is signed in, one network.
    var each: Int {
        switch self {
        case .eventStreams: 16
        case .answers: 256
        case .answerBytes: 64 * 1_048_576
        case .bodyBytes: 16 * 1_048_576
        case .passwordChecks: 4
        }
    }

    /// Of all together.
    var all: Int {
        switch self {
        case .eventStreams: 256
        case .answers: ServerSettings.mostConnections
        case .answerBytes: 256 * 1_048_576
        case .bodyBytes: 64 * 1_048_576
        case .passwordChecks: 32
        }
    }

    /// When it may be worth to ask again, in seconds (`Retry-After`, RFC 9110 section 10.2.3).
    var retryAfter: Int {
        switch self {
        case .eventStreams: 30
        case .answers: 1
        case .answerBytes, .bodyBytes, .passwordChecks: 5
        }
    }

    /// What there is too much of, in a sentence.
    var refusal: String {
        switch self {
        case .eventStreams: "too many live logs are open: close some of them"
        case .answers: "too many requests are under way: wait for answers before asking more"
        case .answerBytes: "too much of large answers has not been read yet: read it, then ask again"
        case .passwordChecks: "too many passwords are being checked: try again in a moment"
        case .bodyBytes: "too many large requests are under way: wait for their answers"
        }
    }
}
