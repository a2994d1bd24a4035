import Foundation
import Glibc
import OperationCatalogue
import RESTBackend
import Testing

@testable import deferno

@Suite("The token for a backend")
struct CredentialStoreTests {
    static let name = ".config/defernowork/credentials.json"

    private func store(
        in folder: TemporaryFolder, token: String? = nil, _ address: String = "https://deferno.work"
    ) throws -> CredentialStore {
        CredentialStore(
            file: CredentialsFile(path: folder.path(Self.name)), environmentToken: token.map { Secret($0) },
            address: try HTTPAddress(address))
    }

    private func content(_ token: String, _ address: String = "https://deferno.work") -> String {
        #"{"token":"\#(token)","username":"ada","base_url":"\#(address)"}"#
    }

    @Test("The environment's token comes before the saved one, and nothing before nothing")
    func order() throws {
        let folder = try TemporaryFolder()
        #expect(try store(in: folder).token() == nil)
        #expect(try store(in: folder, token: "env").token() == Secret("env"))
        try folder.write(content("saved"), to: Self.name)
        #expect(try store(in: folder).token() == Secret("saved"))
        #expect(try store(in: folder, token: "env").token() == Secret("env"))
    }

    @Test("The environment's token needs no file, not even a good one")
    func environmentNeedsNoFile() throws {
        let folder = try TemporaryFolder()
        try folder.write(content("saved"), to: Self.name, mode: 0o644)
        #expect(try store(in: folder, token: "env").token() == Secret("env"))
        #expect(throws: OperationError.self) { try store(in: folder).token() }
    }

    @Test("A saved token is shown to the backend that gave it, however its address is written, and to no other")
    func boundToBackend() throws {
        let folder = try TemporaryFolder()
        try folder.write(content("saved", "https://Deferno.work:443/api/"), to: Self.name)
        for same in ["https://deferno.work/api", "HTTPS://deferno.WORK:443/api///"] {
            #expect(try store(in: folder, same).token() == Secret("saved"))
        }
        for other in [
            "https://deferno.work", "http://deferno.work/api", "https://deferno.work:8443/api",
            "https://evil.example/api",
            "https://deferno.work/api/v2", "https://deferno.work/API", "https://deferno.work.evil.example/api",
        ] {
            #expect(try store(in: folder, other).token() == nil, "\(other)")
            #expect(try store(in: folder, token: "env", other).token() == Secret("env"))
        }
    }

    @Test("A token that another process has saved, changed or removed meanwhile is seen at once")
    func seesChanges() throws {
        let folder = try TemporaryFolder()
        let (mine, theirs) = (try store(in: folder), try store(in: folder))
        #expect(try mine.token() == nil)
        for round in 0..<50 {
            // Of equal length, so that the size does not tell.
            let token = Secret("token-\(10 + round)")
            try theirs.save(token, username: "ada", for: HTTPAddress("https://deferno.work"))
            #expect(try mine.token() == token)
        }
        try theirs.remove()
        #expect(try mine.token() == nil)
        try folder.write(content("seed"), to: Self.name)
        #expect(try mine.token() == Secret("seed"))
        try folder.setMode(0o644, of: Self.name)
        #expect(throws: OperationError.self) { try mine.token() }
        try folder.setMode(0o600, of: Self.name)
        #expect(try mine.token() == Secret("seed"))
    }

    @Test("An unchanged file is not read again")
    func caches() throws {
        let folder = try TemporaryFolder()
        try folder.write(content("saved"), to: Self.name)
        let store = try store(in: folder)
        #expect(try store.token() == Secret("saved"))
        let watch = inotify_init1(CInt(IN_NONBLOCK) | CInt(IN_CLOEXEC))
        try #require(watch >= 0)
        defer { close(watch) }
        try #require(inotify_add_watch(watch, folder.path(Self.name), UInt32(IN_OPEN)) >= 0)
        for _ in 0..<100 { #expect(try store.token() == Secret("saved")) }
        var events = [UInt8](repeating: 0, count: 4096)
        #expect(read(watch, &events, events.count) < 0 && errno == EAGAIN, "the file was opened")
        let other = try self.store(in: folder)
        #expect(try other.token() == Secret("saved"))
        #expect(read(watch, &events, events.count) > 0, "the watch sees nothing")
    }

    @Test("Signing in and out: the file holds what was saved, and a sign-in for another backend stays")
    func savesAndRemoves() throws {
        let folder = try TemporaryFolder()
        try store(in: folder).save(Secret("t-1"), username: "ada", for: HTTPAddress("https://deferno.work/"))
        #expect(try store(in: folder).saved()?.username == "ada")
        try store(in: folder, "https://other.example").remove()
        #expect(try store(in: folder).token() == Secret("t-1"))
        try store(in: folder, "https://other.example").save(
            Secret("t-2"), username: "bob", for: HTTPAddress("https://other.example"))
        #expect(try store(in: folder).token() == nil)
        try store(in: folder, "https://other.example").remove()
        #expect(!FileManager.default.fileExists(atPath: folder.path(Self.name)))
        try store(in: folder).remove()
    }

    @Test("Signing out removes what is broken or refused, too", arguments: [("{", 0o600), ("{}", 0o644)])
    func removesBroken(content: String, mode: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write(content, to: Self.name, mode: mode)
        try store(in: folder).remove()
        #expect(!FileManager.default.fileExists(atPath: folder.path(Self.name)))
    }

    @Test("A token that no header can carry, or that is for another backend, is not saved and not shown")
    func refusesToSave() throws {
        let folder = try TemporaryFolder()
        for (token, address) in [
            ("a\nb", "https://deferno.work"), ("", "https://deferno.work"), ("t", "https://evil.example"),
        ] {
            let error = #expect(throws: OperationError.self) {
                try store(in: folder).save(Secret(token), username: "ada", for: HTTPAddress(address))
            }
            #expect(error?.message.contains("a\nb") == false)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path(".config")))
    }

    @Test("Without a home there is no saved token, and saving says what to do")
    func noHome() throws {
        let store = CredentialStore(file: nil, environmentToken: nil, address: .seed)
        #expect(try store.token() == nil)
        try store.remove()
        let error = #expect(throws: OperationError.self) {
            try store.save(Secret("t"), username: "ada", for: .seed)
        }
        #expect(error?.message.contains("HOME") == true)
    }
}
