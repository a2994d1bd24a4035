import ArgumentParser
import Foundation
import OperationCatalogue
import Testing

@testable import deferno

/// `config/deferno.yaml`, the README and the help say of every setting what ``Settings`` says.
@Suite("The documentation of the settings", .enabled(if: ConfigurationDocument.exists))
struct ConfigurationDocumentTests {
    private static let file = ConfigurationDocument.file

    private static var settingsInFile: [SettingDefinition] { Settings.all.filter { $0.scope != .notInFile } }

    @Test("The file loads, and says what holds without it")
    func fileHoldsDefaults() throws {
        let folder = try TemporaryFolder()
        func rows(_ flags: [String: SettingInput]) throws -> [Configuration.Row] {
            var resolver = ConfigurationResolver(flags: flags, environment: folder.environment())
            return try resolver.resolve(for: .operations).rows
        }
        let with = try rows(["config": .text(Self.file.path)]).dropFirst()
        let without = try rows([:]).dropFirst()
        #expect(with.map(\.value) == without.map(\.value))
        let profile = try rows(["config": .text(Self.file.path), "profile": .text("work")])
        #expect(profile.first { $0.setting.key == "read_only" }?.value == true)
    }

    @Test("Every key stands in the file, below a comment with its option and its variable")
    func fileNamesEverything() throws {
        let lines = try String(contentsOf: Self.file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        var keys: [String] = []
        var comment = ""
        for line in lines {
            if line.hasPrefix("#") {
                comment += line
            } else if let colon = line.firstIndex(of: ":"), !line.hasPrefix(" ") {
                let key = String(line[..<colon])
                keys.append(key)
                guard key != Settings.profilesKey else { continue }
                let setting = try #require(Settings.all.first { $0.key == key })
                #expect(comment.contains(setting.variable), "\(key)")
                if let flag = setting.flag { #expect(comment.contains(flag), "\(key)") }
            } else {
                comment = ""
            }
        }
        #expect(keys == Self.settingsInFile.map(\.key) + [Settings.profilesKey])
    }

    @Test("The README names every key and every variable")
    func readmeNamesEverything() throws {
        let text = try String(contentsOf: PackageFolder.url.appending(path: "README.md"), encoding: .utf8)
        for setting in Settings.all {
            #expect(text.contains("`\(setting.variable)`"), "\(setting.variable)")
            if let flag = setting.flag { #expect(text.contains("`\(flag)"), "\(flag)") }
            if setting.scope != .notInFile { #expect(text.contains("`\(setting.key)`"), "\(setting.key)") }
        }
    }

    @Test("The help names every option, its variable and its key")
    func helpNamesEverything() {
        let help = CallCommand.helpMessage(columns: 1000)
        for setting in Settings.all {
            guard let flag = setting.flag else { continue }
            #expect(help.contains(flag), "\(flag)")
            #expect(help.contains(setting.summary), "\(setting.key)")
            #expect(help.contains("Default: \(setting.defaultSources)"), "\(setting.key)")
        }
    }

    @Test("Names are not used twice")
    func namesAreUnique() {
        #expect(Set(Settings.all.map(\.key)).count == Settings.all.count)
        #expect(Set(Settings.all.map(\.variable)).count == Settings.all.count)
        #expect(Set(Settings.all.compactMap(\.flag)).count == Settings.all.compactMap(\.flag).count)
    }
}

enum ConfigurationDocument {
    static let file = PackageFolder.url.appending(path: "config/deferno.yaml")
    static let exists = FileManager.default.fileExists(atPath: file.path)
}
