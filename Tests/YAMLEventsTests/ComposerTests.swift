import Testing

@testable import YAMLEvents

@Suite("Composed nodes")
struct ComposerTests {
    /// A node without its places, to compare with.
    private func flat(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let scalar): scalar.value
        case .sequence(let items): "[" + items.map(flat).joined(separator: ", ") + "]"
        case .mapping(let pairs):
            "{" + pairs.map { flat($0.key) + ": " + flat($0.value) }.joined(separator: ", ") + "}"
        }
    }

    private func flat(_ text: String) throws -> String {
        flat(try #require(try compose(text)))
    }

    @Test("a step has its parts, each with its place")
    func step() throws {
        let node = try #require(
            try compose("op: create\nargs:\n  title: Buy milk number 1\n  labels: [home, shop]\n  empty: {}\n"))
        #expect(flat(node) == "{op: create, args: {title: Buy milk number 1, labels: [home, shop], empty: {}}}")
        #expect(node["args"]?["labels"]?.items?.last?.mark == YAMLMark(line: 4, column: 18))
        #expect(node["args"]?.mark == YAMLMark(line: 3, column: 3))
        #expect(node.pairs?.last?.key.mark == YAMLMark(line: 2, column: 1))
        #expect(node["nothing"] == nil)
        #expect(node["op"]?["op"] == nil)
    }

    @Test("steps are pulled one by one from inside a document, and what follows them is still there")
    func streaming() throws {
        let text = "name: x\nsteps:\n- {op: a}\n- b\n- [c]\nafter: 1\n---\nnext\n"
        var composer = try YAMLComposer(bytes: Array(text.utf8))
        var seen: [String] = []
        while true {
            let event = try composer.next()
            if case .streamEnd = event { break }
            if case .scalar(let scalar, _) = event, scalar.value == "steps" {
                guard case .sequenceStart = try composer.next() else {
                    Issue.record("expected a list")
                    return
                }
                while let step = try composer.composeNext() { seen.append(flat(step)) }
                #expect(composer.depth == 1)
            } else if let node = try composer.compose(startingWith: event) {
                seen.append(flat(node))
            } else if case .documentStart = event, seen.isEmpty {
                _ = try composer.next()
            }
        }
        #expect(seen == ["name", "x", "{op: a}", "b", "[c]", "after", "1", "next"])
    }

    @Test("documents are composed one by one, empty ones too")
    func documents() throws {
        var composer = try YAMLComposer(bytes: Array("a\n---\n---\n- b\n".utf8))
        var seen: [String] = []
        while let node = try composer.composeDocument() { seen.append(flat(node)) }
        #expect(seen == ["a", "", "[b]"])
        #expect(try composer.composeDocument() == nil)
    }

    @Test("after an error in one node the next node is composed as if nothing were left of it")
    func afterError() throws {
        var composer = try YAMLComposer(bytes: Array("[a, b, *no, c, d]".utf8))
        #expect(throws: YAMLError.self) { _ = try composer.composeDocument() }
        #expect(try composer.composeNext().map(flat) == "c")
    }

    @Test("aliases stand for the anchored node before them, the last one of its name")
    func aliases() throws {
        #expect(try flat("[&a {x: &b 1}, *a, *b]") == "[{x: 1}, {x: 1}, 1]")
        #expect(try flat("[&a 1, *a, &a 2, *a]") == "[1, 1, 2, 2]")
        #expect(try flat("[&a [&a 1, *a], *a]") == "[[1, 1], 1]")
        #expect(try flat("{&a k: 1, v: *a}") == "{k: 1, v: k}")
        #expect(try flat("{x: &a k, *a : 1}") == "{x: k, k: 1}")
    }

    @Test("an anchored node that was composed while streaming is known to later steps")
    func aliasesAcrossSteps() throws {
        var composer = try YAMLComposer(bytes: Array("- &a {x: 1}\n- *a\n- [*a]\n- *a\n".utf8))
        for _ in 0..<3 { _ = try composer.next() }
        var seen: [String] = []
        while let node = try composer.composeNext() { seen.append(flat(node)) }
        #expect(seen == ["{x: 1}", "{x: 1}", "[{x: 1}]", "{x: 1}"])
    }

    @Test("an anchored scalar that was pulled as an event is known too; a collection is not")
    func aliasesOfEvents() throws {
        var composer = try YAMLComposer(bytes: Array("&top\n- &a 1\n- *a\n- *top\n".utf8))
        for _ in 0..<4 { _ = try composer.next() }
        #expect(try composer.composeNext().map(flat) == "1")
        let error = #expect(throws: YAMLError.self) { _ = try composer.composeNext() }
        #expect(error?.kind == .recursiveAlias)
        #expect(error?.related == YAMLMark(line: 1, column: 1))
    }

    @Test("an alias without anchor is refused, also when the anchor comes later or in another document")
    func undefinedAlias() throws {
        for text in ["a: *x\n", "a: *x\nb: &x 1\n"] {
            let error = try #require(composingError(text))
            #expect(error.kind == .undefinedAlias)
            #expect(error.mark == YAMLMark(line: 1, column: 4))
            #expect(error.message == "the alias *x has no anchor &x before it in this document")
        }
        var composer = try YAMLComposer(bytes: Array("--- &x a\n--- *x\n".utf8))
        #expect(try composer.composeDocument() != nil)
        let error = #expect(throws: YAMLError.self) { _ = try composer.composeDocument() }
        #expect(error?.kind == .undefinedAlias)
    }

    @Test("a node that contains itself is refused", arguments: ["&a [*a]", "&a {x: [1, *a]}", "&a {*a : 1}"])
    func recursiveAlias(text: String) throws {
        let error = try #require(composingError(text))
        #expect(error.kind == .recursiveAlias)
        #expect(error.related == YAMLMark(line: 1, column: 1))
    }

    @Test("a key that comes twice is refused with both places")
    func duplicateKeys() throws {
        let error = try #require(composingError("a: 1\nb: 2\n\"a\": 3\n"))
        #expect(error.kind == .duplicateKey)
        #expect(error.mark == YAMLMark(line: 3, column: 1))
        #expect(error.related == YAMLMark(line: 1, column: 1))
        #expect(error.message == "the key \"a\" is in this mapping twice, first at line 1, column 1")
    }

    @Test(
        "keys are equal when their values are",
        arguments: [
            ("{16: a, 0x10: b}", true), ("{~: a, null: b}", true), ("{true: a, True: b}", true), ("{1: a, 1: b}", true),
            ("{1: a, \"1\": b}", false), ("{1: a, 1.0: b}", false), ("{\"\": a, ~: b}", false),
            ("{no: a, \"no\": b}", true), ("{!!str 1: a, \"1\": b}", true), ("{[1]: a, [1]: b}", false),
            ("{\"<<\": a, \"<<\": b}", true), ("{\"null\": a, null: b}", false), ("{null: a, \"null\": b}", false),
            ("{a: {x: 1}, b: {x: 1}}", false), ("{none: 1, note: 2}", false),
        ])
    func equalKeys(text: String, areEqual: Bool) throws {
        #expect((composingError(text)?.kind == .duplicateKey) == areEqual, "\(text)")
        // And again where keys are hashed.
        let many = "{" + (0..<20).map { "k\($0): 0" }.joined(separator: ", ") + ", " + text.dropFirst()
        #expect((composingError(many)?.kind == .duplicateKey) == areEqual, "\(many)")
    }

    @Test("merge keys: own keys win, then the mapping named earlier")
    func mergeKeys() throws {
        #expect(try flat("{x: &x {a: 1, b: 2}, y: {<<: *x, b: 3}}") == "{x: {a: 1, b: 2}, y: {b: 3, a: 1}}")
        #expect(try flat("{b: 3, <<: {a: 1, b: 2}, c: 4}") == "{b: 3, c: 4, a: 1}")
        #expect(try flat("{<<: [{a: 1}, {a: 2, b: 2}]}") == "{a: 1, b: 2}")
        #expect(try flat("{<<: {<<: {a: 1}, b: 2}, c: 3}") == "{c: 3, b: 2, a: 1}")
        #expect(try flat("{!!merge <<: {a: 1}}") == "{a: 1}")
        #expect(try flat("{\"<<\": {a: 1}}") == "{<<: {a: 1}}")
        #expect(try flat("{<<: [], a: 1}") == "{a: 1}")
    }

    @Test("a merge key of anything else, or twice, is refused")
    func wrongMergeKeys() throws {
        let error = try #require(composingError("a: 1\n<<: 2\n"))
        #expect(error.kind == .mergeValue)
        #expect(error.mark == YAMLMark(line: 2, column: 5))
        #expect(error.related == YAMLMark(line: 2, column: 1))
        #expect(composingError("<<: [{a: 1}, 2]")?.mark == YAMLMark(line: 1, column: 14))
        #expect(composingError("{<<: {a: 1}, <<: {b: 1}}")?.kind == .duplicateKey)
    }

    @Test("tags that fit are taken, others are refused with their place")
    func tags() throws {
        #expect(try flat("!!map {a: !!seq [1]}") == "{a: [1]}")
        #expect(composingError("a: !secret x")?.message.hasPrefix("the tag !secret is not known here") == true)
        #expect(composingError("a: !secret x")?.mark == YAMLMark(line: 1, column: 4))
        for text in ["!!set {a}", "!x [1]", "!!map [1]", "!!seq {a: 1}", "!!str [a]", "!!binary aGk=", "!!merge x"] {
            #expect(composingError(text)?.kind == .tag, "\(text)")
        }
        #expect(composingError("!<tag:example.com,2000:x> 1")?.message.contains("!<tag:example.com,2000:x>") == true)
    }
}
