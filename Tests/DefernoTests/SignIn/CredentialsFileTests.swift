import Foundation
import Glibc
import OperationCatalogue
import RESTBackend
import Testing

@testable import deferno

@Suite("The credentials file")
struct CredentialsFileTests {
    static let name = ".config/defernowork/credentials.json"
    static let content = #"{"token":"t-1","username":"ada","base_url":"https://deferno.work"}"#

    private func file(in folder: TemporaryFolder) -> CredentialsFile { CredentialsFile(path: folder.path(Self.name)) }

    private func credentials(_ token: String, _ address: String = "https://deferno.work") throws -> SavedCredentials {
        SavedCredentials(token: Secret(token), username: "ada", address: try HTTPAddress(address))
    }

    @Test("It lies where the seed has it, whatever XDG_CONFIG_HOME says, and a profile's beside it")
    func paths() throws {
        let environment = EnvironmentVariables(["HOME": "/home/ada", "XDG_CONFIG_HOME": "/elsewhere"])
        let profile = try ProfileName(.text("work"))
        #expect(CredentialsFile(of: nil, in: environment)?.path == "/home/ada/.config/defernowork/credentials.json")
        #expect(
            CredentialsFile(of: profile, in: environment)?.path == "/home/ada/.config/defernowork/credentials-work.json"
        )
    }

    @Test("What the seed writes is read, also without a base_url or a username")
    func readsTheSeedsFile() throws {
        let folder = try TemporaryFolder()
        #expect(try file(in: folder).read() == nil)
        try folder.write(
            "{\n  \"token\": \"t-1\",\n  \"username\": \"ada\",\n  \"base_url\": \"https://Deferno.work/\"\n}",
            to: Self.name)
        #expect(try file(in: folder).read() == (try credentials("t-1")))
        try folder.write(#"{"token":"t-2"}"#, to: Self.name)
        let bare = SavedCredentials(token: Secret("t-2"), username: "", address: .seed)
        #expect(try file(in: folder).read() == bare)
    }

    @Test("A token that is a reference which nobody has replaced is refused by its name")
    func reference() throws {
        let folder = try TemporaryFolder()
        try folder.write(#"{"token":"${DEFERNO_TOKEN}"}"#, to: Self.name)
        let error = #expect(throws: OperationError.self) { try file(in: folder).read() }
        #expect(error?.message.contains("${DEFERNO_TOKEN} in the place of a token") == true)
    }

    @Test(
        "A broken file counts as none",
        arguments: [
            "", "{", "[]", "null", "{}", #"{"token":""}"#, #"{"token":1}"#, #"{"token":"a b"}"#,
            #"{"token":"a\r\nX: y"}"#,
            #"{"token":"ü"}"#, #"{"token":"t","base_url":"nonsense"}"#, #"{"token":"t","base_url":"sqlite:"}"#,
            #"{"token":"t","base_url":1}"#, #"{"token":"t"} trailing"#, "\u{FEFF}{\"token\":\"t\"}",
        ])
    func brokenFile(content: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(content, to: Self.name)
        #expect(try file(in: folder).read() == nil)
    }

    @Test("A file of any length is read no further than a sign-in can be long")
    func longFile() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.content + String(repeating: " ", count: 1 << 20), to: Self.name)
        #expect(try file(in: folder).read() == nil)
    }

    @Test(
        "A file that others could read or change is refused by name",
        arguments: [0o640, 0o644, 0o604, 0o620, 0o602, 0o777])
    func widePermissions(mode: Int) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.content, to: Self.name, mode: mode)
        try expectRefusal(of: file(in: folder), saying: "mode \(String(mode, radix: 8))")
        try folder.setMode(0o600, of: Self.name)
        #expect(try file(in: folder).read() != nil)
        try folder.setMode(0o400, of: Self.name)
        #expect(try file(in: folder).read() != nil)
    }

    @Test("A symbolic link is refused, also one to a good file of the same user")
    func symbolicLink() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.content, to: "good.json")
        try folder.write("", to: Self.name)
        try FileManager.default.removeItem(atPath: folder.path(Self.name))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(Self.name), withDestinationPath: folder.path("good.json"))
        try expectRefusal(of: file(in: folder), saying: "is a symbolic link")
    }

    @Test("A file of somebody else is refused")
    func otherOwner() throws {
        let folder = try TemporaryFolder()
        var path = "/etc/passwd"
        if geteuid() == 0 {
            path = try folder.write(Self.content, to: "foreign.json")
            try #require(chown(path, 1, 1) == 0)
        }
        try expectRefusal(of: CredentialsFile(path: path), saying: "belongs to another user")
    }

    @Test("A folder or a pipe in its place is refused, and nothing waits for the pipe")
    func noRegularFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "folder/x")
        try expectRefusal(of: CredentialsFile(path: folder.path("folder")), saying: "is no regular file")
        try #require(mkfifo(folder.path("pipe"), 0o600) == 0)
        try expectRefusal(of: CredentialsFile(path: folder.path("pipe")), saying: "is no regular file")
    }

    @Test("A folder that others can write to, or that is a link, is refused; the seed's own is not")
    func folders() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.content, to: Self.name)
        for mode in [0o777, 0o720, 0o702] {
            try folder.setMode(mode, of: ".config/defernowork")
            try expectRefusal(of: file(in: folder), saying: "folder that other users can write to")
        }
        try folder.setMode(0o755, of: ".config/defernowork")
        #expect(try file(in: folder).read() != nil)
        try FileManager.default.moveItem(atPath: folder.path(".config/defernowork"), toPath: folder.path("elsewhere"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(".config/defernowork"), withDestinationPath: folder.path("elsewhere"))
        try expectRefusal(of: file(in: folder), saying: "folder that is a symbolic link")
        #expect(throws: OperationError.self) { try file(in: folder).write(try credentials("t-2")) }
        #expect(try folder.read("elsewhere/credentials.json") == Self.content)
    }

    private func expectRefusal(of file: CredentialsFile, saying words: String) throws {
        let read = #expect(throws: OperationError.self) { try file.read() }
        let looked = #expect(throws: OperationError.self) { try file.identity() }
        for error in [read, looked] {
            #expect(error?.code == .notSignedIn)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains(file.path) == true)
        }
    }

    @Test("Writing makes folder and file for their owner alone, whatever was there, and leaves nothing else")
    func writing() throws {
        let folder = try TemporaryFolder()
        try file(in: folder).write(try credentials("t-1"))
        #expect(try folder.mode(of: Self.name) == 0o600)
        #expect(try folder.mode(of: ".config/defernowork") == 0o700)
        // As the seed leaves its folder.
        try folder.setMode(0o755, of: ".config/defernowork")
        try folder.setMode(0o644, of: Self.name)
        try file(in: folder).write(try credentials("t-2"))
        #expect(try folder.mode(of: Self.name) == 0o600)
        #expect(try folder.mode(of: ".config/defernowork") == 0o700)
        #expect(try folder.names(in: ".config/defernowork") == ["credentials.json"])
        #expect(try file(in: folder).read() == (try credentials("t-2")))
        let object = try JSONReader.value(Array(try folder.read(Self.name).utf8)).objectValue
        #expect(object?.members.map(\.key) == ["token", "username", "base_url"])
    }

    @Test("Writing puts a file in the place of a link, and what the link led to stays as it was")
    func writingReplacesLink() throws {
        let folder = try TemporaryFolder()
        try folder.write("theirs", to: "target")
        try folder.write("", to: ".config/defernowork/x")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(Self.name), withDestinationPath: folder.path("target"))
        try file(in: folder).write(try credentials("t-1"))
        #expect(try folder.read("target") == "theirs")
        #expect(try file(in: folder).read() == (try credentials("t-1")))
    }

    @Test("What a process that died in the middle has left neither counts nor stays")
    func leftovers() throws {
        let folder = try TemporaryFolder()
        let leftover = ".config/defernowork/.credentials.json.new"
        try file(in: folder).write(try credentials("t-1"))
        try folder.write(#"{"token":"half"#, to: leftover)
        #expect(try file(in: folder).read() == (try credentials("t-1")))
        try file(in: folder).write(try credentials("t-2"))
        #expect(try folder.names(in: ".config/defernowork") == ["credentials.json"])
        try folder.write(#"{"token":"half"#, to: leftover)
        try file(in: folder).remove()
        #expect(try folder.names(in: ".config/defernowork") == [])
    }

    @Test("Where it cannot be written, the error says so, without the token")
    func cannotWrite() throws {
        let folder = try TemporaryFolder()
        // A file where the folder should be.
        try folder.write("", to: ".config/defernowork")
        let error = #expect(throws: OperationError.self) { try file(in: folder).write(try credentials("very-secret")) }
        #expect(error?.message.contains("could not be saved") == true)
        #expect(error?.message.contains("very-secret") == false)
    }

    @Test("Removing removes, and removing nothing makes no folder")
    func removing() throws {
        let folder = try TemporaryFolder()
        try file(in: folder).remove()
        #expect(!FileManager.default.fileExists(atPath: folder.path(".config")))
        try file(in: folder).write(try credentials("t-1"))
        try file(in: folder).remove()
        #expect(try file(in: folder).read() == nil)
    }

    @Test("Whoever reads while others write gets one sign-in or the other, whole")
    func concurrency() async throws {
        let folder = try TemporaryFolder()
        let file = file(in: folder)
        let tokens = (0..<4).map { String(repeating: "\($0)", count: 4000) }
        try file.write(try credentials(tokens[0]))
        let sets = try tokens.map { try credentials($0) }
        // On threads of their own: writers wait for the disk and for each other.
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "writers").async {
                DispatchQueue.concurrentPerform(iterations: 5) { index in
                    for _ in 0..<25 {
                        if index < 4 {
                            #expect(throws: Never.self) { try file.write(sets[index]) }
                        } else {
                            let token = try? file.read()?.token.reveal()
                            #expect(token.map { tokens.contains($0) } == true)
                        }
                    }
                }
                continuation.resume()
            }
        }
        #expect(try folder.names(in: ".config/defernowork") == ["credentials.json"])
    }
}
