import Testing

@testable import YAMLEvents

@Suite("Places inside scalars")
struct ScalarPlaceTests {
    /// The places of `${{` in the one scalar that a text has it in, as `line:column`.
    private func markers(in text: String) throws -> [String] {
        var composer = try YAMLComposer(bytes: Array(text.utf8), placesOf: "${{")
        var found: [String] = []
        while let root = try composer.composeDocument() {
            root.forEachScalar { node in
                let count = node.scalar?.value.split(separator: "${{", omittingEmptySubsequences: false).count ?? 1
                #expect(node.start.markers.count == count - 1, "\(node.scalar?.value ?? "")")
                found += node.start.markers.map { "\($0.line):\($0.column)" }
            }
        }
        return found
    }

    @Test(
        "Every marker has the place where it is written, however the scalar is",
        arguments: [
            ("a: ${{ x }}\n", ["1:4"]),
            ("a: b ${{ x }} c ${{ y }}\n", ["1:6", "1:17"]),
            ("a: b\n  c ${{ x }}\n\n  ${{ y }}\n", ["2:5", "4:3"]),
            ("a: |\n  one\n    two ${{ x }}\n  ${{ y }}\n", ["3:9", "4:3"]),
            ("a: |2-  # no ${{ marker\n   ${{ x }}\n", ["2:4"]),
            ("a: >\n  one\n  two ${{ x }}\n\n\n  three ${{ y }}\n", ["3:7", "6:9"]),
            ("a: \"b ${{ x }}\n  c ${{ y }}\"\n", ["1:7", "2:5"]),
            ("a: \"\\\"\\t\\\\ ${{ x }}\"\n", ["1:12"]),
            ("a: \"\\x24{{ x }} \\u0024\\x7b{ ${{ y }}\"\n", ["1:5", "1:17", "1:29"]),
            ("a: \"b\\\n   ${{ x }}\"\n", ["2:4"]),
            ("a: 'it''s ${{ x }}'\n", ["1:11"]),
            ("日本: 語 ${{ x }}\n", ["1:7"]),
            ("a: !!str &b ${{ x }}\n", ["1:13"]),
            ("- {a: [b, \"${{ x }}\"], c: '${{ y }}'}\n", ["1:12", "1:28"]),
            ("a: ${{ x }}\r\nb: |\r\n  c\r\n  ${{ y }}\r\n", ["1:4", "4:3"]),
            ("\u{FEFF}a: ${{ x }}\n", ["1:4"]),
            ("a: b\n---\nc: ${{ x }}\n...\n---\nd: ${{ y }}\n", ["3:4", "6:4"]),
            ("a: $ {{ $$ {{{ $\n", []),
        ] as [(String, [String])])
    func markers(text: String, places: [String]) throws {
        #expect(try markers(in: text) == places)
    }

    @Test("Far into a long input the places are right, also behind scalars that are longer than any block of it")
    func farBehind() throws {
        let long = String(repeating: "é", count: 100_000)
        let items = (1...3000).map { "- \"\($0 % 10) ü ${{ x }}\"\n- |\n  t\n  ${{ y }}\n" }.joined()
        let found = try markers(in: "- \(long)\n\(items)- \"\(long)${{ z }}\"\n")
        let expected = (0..<3000).flatMap { ["\($0 * 4 + 2):8", "\($0 * 4 + 5):3"] } + ["12002:100004"]
        #expect(found == expected)
    }

    @Test(
        "A comment that touches the text it ends is noted, and no other",
        arguments: [
            ("title: Fix bug #12\n", "1:16"), ("- Fix bug #12\n- x\n", "1:11"), ("[a #b\n, c]\n", "1:4"),
            ("a: b\n  c #d\n", "2:5"), ("a: b # c\n", nil), ("a: b  #c\n", nil), ("a: b#c\n", nil),
            ("a: \"b\" #c\n", nil),
            ("a: #b\n  c\n", nil), ("a: |\n  b #c\n", nil), ("a: b ##\n", nil), ("a: b #\n", nil),
        ] as [(String, String?)])
    func cuts(text: String, place: String?) throws {
        var composer = try YAMLComposer(bytes: Array(text.utf8), findsCuts: true)
        var found: [String] = []
        try composer.composeDocument()?.forEachScalar { node in
            if let mark = node.start.cut { found.append("\(mark.line):\(mark.column)") }
        }
        #expect(found == [place].compactMap { $0 })
    }

    @Test("Nothing is looked for where nobody asks")
    func notAsked() throws {
        let root = try #require(try compose("a: ${{ x }} #1\n"))
        root.forEachScalar { #expect($0.start.markers.isEmpty && $0.start.cut == nil) }
    }
}

extension YAMLNode {
    fileprivate func forEachScalar(_ body: (YAMLNode) -> Void) {
        switch content {
        case .scalar: body(self)
        case .sequence(let items): for item in items { item.forEachScalar(body) }
        case .mapping(let pairs):
            for pair in pairs {
                pair.key.forEachScalar(body)
                pair.value.forEachScalar(body)
            }
        }
    }
}
