import Foundation
import Glibc
import OperationCatalogue
import Testing

@testable import deferno

@Suite("A process that is killed while it saves a sign-in", .serialized)
struct KilledWriterTests {
    /// fork(2), which Swift hides since little may be done in the child.
    private typealias Fork = @convention(c) () -> pid_t

    @Test("The file holds the old sign-in or a new one, whole, at whatever moment the process dies")
    func killed() throws {
        let folder = try TemporaryFolder()
        let file = CredentialsFile(path: folder.path(".config/defernowork/credentials.json"))
        let old = SavedCredentials(token: Secret("old"), username: "ada", address: .seed)
        let tokens = (0..<2).map { String(repeating: "\($0)", count: 8000) }
        let new = tokens.map { SavedCredentials(token: Secret($0), username: "ada", address: .seed) }
        let fork = unsafeBitCast(try #require(dlsym(nil, "fork")), to: Fork.self)
        var seen: Set<String> = []
        for round in 0..<30 {
            try file.write(old)
            let child = fork()
            if child == 0 {
                while true { for credentials in new { try? file.write(credentials) } }
            }
            try #require(child > 0)
            // Rounds die at different moments of the writing.
            usleep(useconds_t(500 + 377 * round))
            kill(child, SIGKILL)
            waitpid(child, nil, 0)
            let token = try #require(try file.read()?.token.reveal())
            #expect(([old.token.reveal()] + tokens).contains(token))
            seen.insert(token)
        }
        #expect(!seen.isDisjoint(with: tokens), "no child has written anything")
        try file.write(old)
        #expect(try folder.names(in: ".config/defernowork") == ["credentials.json"])
    }
}
