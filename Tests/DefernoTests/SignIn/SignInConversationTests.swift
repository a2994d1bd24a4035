import Foundation
import OperationCatalogue
import OperationLog
import OperationPipeline
import RESTBackend
import Synchronization
import Testing

@testable import deferno

@Suite("Signing in from a terminal")
struct SignInConversationTests {
    static let code = "K7QM-2F9D"
    static let token = "tok-0123456789abcdef"

    @Test("The page is shown, the code taken, the token saved; neither code nor token is shown or recorded")
    func signsIn() async throws {
        let run = try await Run.of(typed: Self.code + "\n")
        guard case .signedIn(let username) = run.ending else {
            Issue.record("\(run.ending)")
            return
        }
        #expect(username == "ada")
        #expect(run.shown.contains("\n  https://deferno.work/cli-auth?session=s-1\n"))
        #expect(run.opened == ["https://deferno.work/cli-auth?session=s-1"])
        #expect(try run.store.token() == Secret(Self.token))
        let log = try run.folder.read("log.ndjson")
        #expect(log.contains(#""op":"start_auth""#) && log.contains(#""op":"complete_auth""#))
        #expect(log.split(separator: "\n").count { $0.contains(#""kind":"intent""#) } == 2)
        for secret in [Self.code, Self.token] {
            #expect(!log.contains(secret))
            #expect(!run.shown.contains(secret))
            #expect(!"\(run.ending)".contains(secret))
        }
    }

    @Test("A wrong code is a failure that repeats neither the code nor a token, and nothing is saved")
    func wrongCode() async throws {
        let run = try await Run.of(typed: "WRONG-CODE\n")
        guard case .failed("complete_auth", let conclusion) = run.ending else {
            Issue.record("\(run.ending)")
            return
        }
        let failure = try #require(OperationFailure(of: "complete_auth", conclusion, nil))
        #expect(failure.status == .notPermitted)
        #expect(failure.message?.contains("WRONG-CODE") == false)
        #expect(try run.store.token() == nil)
        #expect(!(try run.folder.read("log.ndjson")).contains("WRONG-CODE"))
    }

    @Test("No code is no sign-in: the backend is not asked again")
    func noCode() async throws {
        let run = try await Run.of(typed: "\n")
        guard case .noCode = run.ending else {
            Issue.record("\(run.ending)")
            return
        }
        #expect(!(try run.folder.read("log.ndjson")).contains("complete_auth"))
    }

    @Test("A page whose address would steer the terminal is shown escaped")
    func hostilePage() async throws {
        let run = try await Run.of(typed: "\n", page: "https://deferno.work/\u{1B}[2J")
        #expect(!run.shown.contains("\u{1B}"))
    }

    /// One conversation over a pipe, with a real log and a real credentials file.
    struct Run {
        let folder: TemporaryFolder
        let store: CredentialStore
        let ending: SignInConversation.Ending
        let shown: String
        let opened: [String]

        static func of(typed: String, page: String = "https://deferno.work/cli-auth?session=s-1") async throws -> Run {
            let folder = try TemporaryFolder()
            let address = try HTTPAddress("https://deferno.work")
            let file = CredentialsFile(path: folder.path("defernowork/credentials.json"))
            let store = CredentialStore(file: file, environmentToken: nil, address: address)
            let shutdown = Shutdown()
            let pipeline = Pipeline(
                policy: AuthCommand.policy,
                recorder: OperationLog(.file(folder.path("log.ndjson")), version: "0"),
                backend: AccountBackend(store: store, address: address, page: page)
            )
            let input = try GivenInput(typed)
            let texts = Mutex<[String]>([])
            let pages = Mutex<[String]>([])
            let conversation = SignInConversation(
                pipeline: pipeline,
                caller: Caller(door: .cli, user: "tester"),
                input: CodeInput(descriptor: input.descriptor, shutdown: shutdown),
                show: { text in texts.withLock { $0.append(text) } },
                openPage: { page in
                    pages.withLock { $0.append(page) }
                    return true
                }
            )
            let ending = await conversation.run()
            withExtendedLifetime(input) {}
            return Run(
                folder: folder, store: store, ending: ending, shown: texts.withLock { $0.joined() },
                opened: pages.withLock { $0 })
        }
    }
}

/// A backend with one account, that saves what it gives as a remote one does.
final class AccountBackend: Backend {
    private let store: CredentialStore
    private let address: HTTPAddress
    private let page: String

    init(store: CredentialStore, address: HTTPAddress, page: String) {
        (self.store, self.address, self.page) = (store, address, page)
    }

    var capacity: BackendCapacity { BackendCapacity(batchSize: 1, concurrentBatches: 1) }

    func execute(_ batch: OperationBatch) async -> [OperationResult] {
        batch.results { invocation in
            switch invocation.operation {
            case is StartAuth:
                return .ok(JSONText(["auth_url": .string(page), "session_id": "s-1", "instructions": "..."]))
            case let operation as CompleteAuth:
                guard operation.code.reveal() == SignInConversationTests.code, operation.sessionID == "s-1" else {
                    return .failed(OperationError(.notSignedIn, "invalid or expired code"))
                }
                do throws(OperationError) {
                    let token = Secret(SignInConversationTests.token)
                    try store.save(token, username: "ada", for: address)
                } catch {
                    return .failed(error)
                }
                return .ok(JSONText(["authenticated": true, "username": "ada"]))
            default:
                return .failed(OperationError(.backendFailed, "not expected"))
            }
        }
    }

    func close() async {}
}
