import Foundation
import Glibc
import OperationCatalogue
import RESTBackend
import Testing

@testable import deferno

@Suite("A process that is killed while it saves a sign-in")
struct KilledWriterTests {
    static let tokens = (0..<2).map { String(repeating: "\($0)", count: 8000) }

    @Test("The file holds the old sign-in or a new one, whole, at whatever moment the process dies")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(".config/defernowork/credentials.json")
        let file = CredentialsFile(path: path)
        let old = SavedCredentials(token: Secret("old"), username: "ada", address: .seed)
        var seen: Set<String> = []
        for round in 0..<8 {
            try file.write(old)
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
                Thread.detachNewThread {
                    // Rounds die at different moments of the writing.
                    usleep(useconds_t(300 + 2377 * round))
                    kill(getpid(), SIGKILL)
                }
                let new = Self.tokens.map { SavedCredentials(token: Secret($0), username: "ada", address: .seed) }
                while true { for credentials in new { try CredentialsFile(path: path).write(credentials) } }
            }
            let token = try #require(try file.read()?.token.reveal())
            #expect(([old.token.reveal()] + Self.tokens).contains(token))
            seen.insert(token)
        }
        #expect(!seen.isDisjoint(with: Self.tokens), "no process has written anything")
        try file.write(old)
        #expect(try folder.names(in: ".config/defernowork") == ["credentials.json"])
    }
}
