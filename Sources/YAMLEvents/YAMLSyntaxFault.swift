import CLibYAML

/// A scalar in quotes, and where it stands.
struct YAMLQuotedText {
    let start: yaml_mark_t
    let end: yaml_mark_t
    let isDouble: Bool

    init(_ event: yaml_event_t) {
        (start, end) = (event.start_mark, event.end_mark)
        isDouble = event.data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE
    }
}

/// Text that is not YAML: where the mistake is, which is not always where libyaml could not go on.
struct YAMLSyntaxFault {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let problem: YAMLProblem
    private let quoted: YAMLQuotedText?
    /// The text from the beginning of the last event to where libyaml stopped.
    private let lines: YAMLReadLines
    /// Where the text ends that was certainly read as it was meant.
    private let settledEnd: YAMLMark

    /// - Parameters:
    ///   - quoted: the last event, if it was a scalar in quotes.
    ///   - start: where the last event began.
    ///   - end: where the text ends that was certainly read as it was meant.
    init(
        parser: UnsafeMutablePointer<yaml_parser_t>, after quoted: YAMLQuotedText?, from start: yaml_mark_t,
        to end: YAMLMark, in written: inout YAMLSourceText
    ) {
        self.parser = parser
        self.quoted = quoted
        settledEnd = end
        problem = YAMLProblem(parser)
        let text = written.text(from: start.index, to: parser.pointee.problem_mark.index + 1)
        lines = YAMLReadLines(YAMLSubstitutes.meant(by: String(decoding: text, as: UTF8.self)), from: YAMLMark(start))
    }

    var error: YAMLError {
        let (mark, message) =
            openQuote ?? quoteClosedElsewhere ?? textAfterQuote ?? openCollection ?? keyWithoutSpace ?? keyAlone
            ?? (problem.mark, problem.sentence)
        let related = [problem.contextMark, problem.mark].lazy.compactMap { $0 }.first { $0 != mark }
        return YAMLError(.syntax, message + invisibleCharacter(near: mark), at: mark, related: related)
    }

    private typealias Finding = (YAMLMark, String)

    /// A quote that has no other.
    private var openQuote: Finding? {
        guard problem.context == "while scanning a quoted scalar", let mark = problem.contextMark else { return nil }
        switch problem.problem {
        case "found unexpected end of stream":
            return (mark, "the quote that opens here is never closed")
        case "found unexpected document indicator":
            let line = problem.mark.line
            return (mark, "the quote that opens here is not closed before the next document, on line \(line)")
        default: return nil
        }
    }

    /// A quote that took the next one, which was to open another text, for its end.
    private var quoteClosedElsewhere: Finding? {
        guard let quoted, quoted.end.line > quoted.start.line, quoted.end.line == parser.pointee.problem_mark.line,
            lines.hasKey(between: YAMLMark(quoted.start).line, and: YAMLMark(quoted.end).line)
        else { return nil }
        let line = YAMLMark(quoted.end).line
        let message = "the quote that opens here is not closed before the next one, on line \(line)"
        return (YAMLMark(quoted.start), message)
    }

    /// A quote inside quotes.
    private var textAfterQuote: Finding? {
        guard let quoted, quoted.end.index == parser.pointee.problem_mark.index else { return nil }
        let advice =
            quoted.isDouble
            ? "inside double quotes a double quote is written \\\""
            : "inside single quotes a single quote is written twice"
        return (problem.mark, "expected the end of the value after its closing quote; \(advice)")
    }

    /// A `{` or `[` that what follows does not belong to: the input or the document ends, or a line is indented no further
    /// than the block it stands in, which YAML 1.2.2 (section 7.4) does not allow inside.
    private var openCollection: Finding? {
        guard let context = problem.context, context.hasPrefix("while parsing a flow "),
            problem.problem.hasPrefix("did not find expected "), let open = innermostCollection
        else { return nil }
        let isAtEnd = isAtEndOfDocument
        guard isAtEnd || open.line < problem.mark.line && isOutdented else { return nil }
        let bracket =
            switch context {
            case Self.flowMapping: "'{'"
            case Self.flowSequence: "'['"
            default: "bracket"
            }
        let place = isAtEnd && !isAtNextDocument ? "the end of the input" : "line \(problem.mark.line)"
        var message = "the \(bracket) that opens here is not closed before \(place): \(problem.expectation)"
        if let comment = lines.comment(before: problem.mark.line) {
            message += "; the ' #' at \(comment) begins a comment: quote a text that contains it"
        }
        return (open, message)
    }

    private static let flowMapping = "while parsing a flow mapping"
    private static let flowSequence = "while parsing a flow sequence"

    private var innermostCollection: YAMLMark? {
        if problem.context == Self.flowMapping || problem.context == Self.flowSequence { return problem.contextMark }
        let marks = parser.pointee.marks
        guard let start = marks.start, let top = marks.top, top > start else { return nil }
        return YAMLMark((top - 1).pointee)
    }

    private var token: yaml_token_type_t? {
        let tokens = parser.pointee.tokens
        guard let head = tokens.head, head < tokens.tail else { return nil }
        return head.pointee.type
    }

    private var isAtNextDocument: Bool { token == YAML_DOCUMENT_START_TOKEN || token == YAML_DOCUMENT_END_TOKEN }
    private var isAtEndOfDocument: Bool { isAtNextDocument || token == YAML_STREAM_END_TOKEN }

    private var isOutdented: Bool {
        let indentation = lines.indentation(of: problem.mark.line)
        return indentation.map { $0 <= Int(parser.pointee.indent) } ?? false
    }

    /// A colon that ends no key, since what follows touches it: the line is taken for text that goes on in the next.
    private var keyWithoutSpace: Finding? {
        let isColonMissed =
            problem.problem == "could not find expected ':'"
            || problem.problem == "mapping values are not allowed in this context"
        guard isColonMissed else { return nil }
        let mark = lines.colonWithoutSpace(from: settledEnd, before: problem.mark.line)
        return mark.map { ($0, "a ':' ends a key only where a space follows it") }
    }

    /// A word where a key is expected, without its colon.
    private var keyAlone: Finding? {
        guard problem.problem == "could not find expected ':'", let mark = problem.contextMark else { return nil }
        return (mark, "expected ': ' behind a key, on its own line")
    }

    /// Names a character that nobody can see, on the line of the mistake or on the one where libyaml stopped.
    private func invisibleCharacter(near mark: YAMLMark) -> String {
        let found = lines.invisible(on: mark.line) ?? lines.invisible(from: settledEnd, to: problem.mark.line)
        guard let found else { return "" }
        return "; \(found.scalar.numberAndName) at \(found.mark) is no space to YAML"
    }
}

/// The lines of a part of a text.
struct YAMLReadLines {
    private struct Line {
        let number: Int
        /// The column of its first character that is here.
        let firstColumn: Int
        var text: [Unicode.Scalar] = []
    }

    private var lines: [Line]

    init(_ text: String, from start: YAMLMark) {
        lines = [Line(number: start.line, firstColumn: start.column)]
        var previous: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" {
                if !(scalar == "\n" && previous == "\r") {
                    lines.append(Line(number: lines[lines.count - 1].number + 1, firstColumn: 1))
                }
            } else {
                lines[lines.count - 1].text.append(scalar)
            }
            previous = scalar
        }
    }

    private func line(_ number: Int) -> Line? {
        guard let first = lines.first, number >= first.number, number - first.number < lines.count else { return nil }
        return lines[number - first.number]
    }

    /// The spaces a line begins with; `nil` where its beginning is not here.
    func indentation(of number: Int) -> Int? {
        guard let line = line(number), line.firstColumn == 1 else { return nil }
        return line.text.prefix { $0 == " " }.count
    }

    func invisible(on number: Int) -> (scalar: Unicode.Scalar, mark: YAMLMark)? {
        invisible(from: YAMLMark(line: number, column: 1), to: number)
    }

    /// The first character that nobody can see from a place to the end of a line.
    func invisible(from start: YAMLMark, to last: Int) -> (scalar: Unicode.Scalar, mark: YAMLMark)? {
        for line in lines where line.number >= start.line && line.number <= last {
            for (offset, scalar) in line.text.enumerated() where scalar.isInvisible {
                let mark = YAMLMark(line: line.number, column: line.firstColumn + offset)
                if mark >= start { return (scalar, mark) }
            }
        }
        return nil
    }

    /// The first `#` that cuts a text before a line.
    func comment(before last: Int) -> YAMLMark? {
        for line in lines where line.number < last {
            for offset in line.text.indices.dropLast().dropFirst()
            where line.text[offset] == "#" && line.text[offset - 1] == " " && line.text[offset + 1] != " " {
                return YAMLMark(line: line.number, column: line.firstColumn + offset)
            }
        }
        return nil
    }

    /// The `:` of the first line from a place on, and before another line, that begins like `key:value`.
    func colonWithoutSpace(from start: YAMLMark, before last: Int) -> YAMLMark? {
        for line in lines where line.number >= start.line && line.number < last {
            let skipped = max(0, start.line == line.number ? start.column - line.firstColumn : 0)
            let text = line.text.dropFirst(skipped).drop { $0 == " " || $0 == "-" }
            let isOfKey = { (scalar: Unicode.Scalar) in scalar.properties.isAlphabetic || scalar == "_" }
            guard let colon = text.firstIndex(where: { !isOfKey($0) }), colon > text.startIndex,
                line.text[colon] == ":", colon + 1 < text.endIndex, line.text[colon + 1] != " ",
                line.text[colon + 1] != "/"
            else { continue }
            return YAMLMark(line: line.number, column: line.firstColumn + colon)
        }
        return nil
    }

    /// Whether a line behind the first, up to the last, begins like an item of a list or a key of a mapping.
    func hasKey(between first: Int, and last: Int) -> Bool {
        lines.contains { line in
            guard line.number > first, line.number <= last else { return false }
            var rest = line.text[...].drop { $0 == " " }
            if rest.starts(with: "- ".unicodeScalars) { return true }
            rest = rest.drop { $0 != ":" && $0 != " " && $0 != "\"" && $0 != "'" }
            return rest.first == ":" && (rest.count == 1 || rest.dropFirst().first == " ")
        }
    }
}
