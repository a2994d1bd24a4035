import CLibYAML

/// Turns libyaml's two half-sentences, a problem and the context it arose in, into one sentence that helps.
struct YAMLProblem {
    let problem: String
    let context: String?
    let contextMark: YAMLMark?
    let mark: YAMLMark

    /// What the parser stopped with, where it is the text's fault.
    init(_ parser: UnsafeMutablePointer<yaml_parser_t>) {
        problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text is not YAML"
        mark = YAMLMark(parser.pointee.problem_mark)
        context = parser.pointee.context.map { String(cString: $0) }
        contextMark = context == nil ? nil : YAMLMark(parser.pointee.context_mark)
    }

    /// What would have been right: `expected ',' or '}'`.
    var expectation: String { Self.rewordings[problem] ?? withoutFiller }

    var sentence: String {
        var text = expectation
        if let context, !Self.emptyContexts.contains(context) {
            text += ", \(context)"
            if let contextMark, contextMark != mark { text += " that begins at \(contextMark)" }
        }
        if let hint = Self.hints[problem] { text += " (\(hint))" }
        return text
    }

    /// "did not find expected ',' or ']'" says no more than "expected ',' or ']'".
    private var withoutFiller: String {
        for filler in ["did not find the expected ", "did not find expected ", "could not find expected "]
        where problem.hasPrefix(filler) {
            return "expected " + problem.dropFirst(filler.count)
        }
        return problem
    }

    /// Contexts that repeat the problem.
    private static let emptyContexts: Set<String> = ["while scanning for the next token"]

    private static let rewordings = [
        "did not find expected key": "expected a key at the indentation of the keys before it",
        "did not find expected '-' indicator": "expected '- ' at the indentation of the items before it",
        "did not find expected <document start>": "expected '---' before the next document",
        "found character that cannot start any token": "this character cannot begin a value",
        "could not find expected ':'": "expected ':' after a key",
    ]

    private static let hints = [
        "found character that cannot start any token":
            "quote a text that begins with '@', '`' or '%'; indent with spaces, not with tabs",
        "mapping values are not allowed in this context":
            "quote a text that contains ': ', or check the indentation of this line",
        "block sequence entries are not allowed in this context":
            "a list begins on a line of its own, below its key",
        "did not find expected key": "check the indentation and the quotes of this line and of the one before it",
        "did not find expected '-' indicator": "check the indentation of this line",
        "did not find expected <document start>": "one document has one value; check the indentation of this line",
        "could not find expected ':'": "a key is followed by ': ' on its own line",
        "found unknown escape character":
            "inside double quotes a backslash is written twice; inside single quotes it stands for itself",
        "found a tab character that violates indentation": "indent with spaces",
        "found a tab character where an indentation space is expected": "indent with spaces",
        "found undefined tag handle": "declare it with %TAG before '---', or quote a text that begins with '!'",
        "did not find expected alphabetic or numeric character": "quote a text that begins with '*' or '&'",
    ]
}
