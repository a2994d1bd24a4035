import OperationCatalogue
import SQLiteBackend
import TaskRules
import TaskStore
import Testing

@Suite("Whatever the language, a search")
struct SearchAgreementTests {
    private static let letters = Array(
        "abzABZ09_-'\"*.éÉßſıİǅσςΣάйЙЁअिन्दีঅকখোعَربيשָׁלוֹםﬁ①½ⅷक़漢字かなガｶ한글ไทยค่ไม้ລາວខ្មែរ၁မြ☃🎨🦩🫠\u{301}\u{327}\u{200D}".unicodeScalars
    )

    @Test(
        "finds the same tasks in the same order in memory and in the embedded store",
        arguments: StorePropertyTests.seeds)
    func agreement(seed: UInt64) async throws {
        let file = try TemporaryFile()
        let memory = Replica(name: "memory", store: MemoryTaskStore())
        let embedded = Replica(name: "embedded", store: SQLiteBackend(location: SQLiteLocation(path: file.path)))
        var generator = SeededGenerator(seed: seed)
        var words = (0..<30).map { _ in Self.word(&generator) }
        let changes = (0..<40).map { _ in Self.creation(of: words, &generator) }
        for replica in [memory, embedded] { try await replica.commit(changes) }

        // What stands in a task, and parts of it.
        words += words.map { String($0.unicodeScalars.prefix(1)) } + words.map { String($0.unicodeScalars.dropFirst()) }
        for _ in 0..<60 {
            let query = (0..<Int.random(in: 1...2, using: &generator))
                .compactMap { _ in words.randomElement(using: &generator) }.joined(separator: " ")
            let arguments: JSONObject = ["query": .string(query)]
            guard
                let search = (try? Catalogue.standard.resolve(SearchTasks.definition.name, arguments))?.operation
                    as? SearchTasks
            else { continue }
            let expected = try await embedded.query { try $0.writeMatches(of: search, into: &$1) }
            let found = try await memory.query { try $0.writeMatches(of: search, into: &$1) }
            let (isSame, codes) = (found == expected, query.unicodeScalars.map { String($0.value, radix: 16) })
            #expect(isSame, "seed \(seed), \(query) \(codes): expected \(expected), found \(found)")
        }
        await embedded.store.close()
    }

    private static func word(_ generator: inout SeededGenerator) -> String {
        var word = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            if let letter = letters.randomElement(using: &generator) { word.append(letter) }
        }
        return String(word)
    }

    private static func creation(of words: [String], _ generator: inout SeededGenerator) -> Change {
        func text(_ count: ClosedRange<Int>) -> String {
            (0..<Int.random(in: count, using: &generator)).compactMap { _ in words.randomElement(using: &generator) }
                .joined(separator: " ")
        }
        let title = text(1...4)
        let task = TaskState(
            id: generator.identifier(), title: title, description: text(0...8),
            labels: (0..<Int.random(in: 0...2, using: &generator)).map { _ in text(1...1) },
            created: Timestamp(seconds: 1_764_400_000))
        return Change(.create(task, after: nil), of: task.id, title: title, at: task.created)
    }
}
