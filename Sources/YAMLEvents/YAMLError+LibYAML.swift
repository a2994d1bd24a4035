import CLibYAML
import Glibc

extension YAMLError {
    /// The error a parser stopped with, in a sentence of our own and with a place for each kind; what is no YAML is told by
    /// ``YAMLSyntaxFault``.
    init(parser: UnsafeMutablePointer<yaml_parser_t>, input: borrowing YAMLInput, lastEnd: YAMLMark) {
        if let refusal = input.refusal {
            self.init(refusal: refusal, parser: parser, lastEnd: lastEnd)
            return
        }
        switch parser.pointee.error {
        case YAML_READER_ERROR:
            self.init(readerErrorOf: parser, offsetIsKnown: input.filter.keepsOffsets)
        default:
            self.init(.outOfMemory, "no memory left for the YAML parser", at: YAMLMark(parser.pointee.mark))
        }
    }

    private init(
        refusal: YAMLInput.Refusal, parser: UnsafeMutablePointer<yaml_parser_t>, lastEnd: YAMLMark
    ) {
        switch refusal {
        case .system(let number):
            let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
            self.init(
                .inputOutput(errno: number), "the input cannot be read: \(reason)",
                at: YAMLMark.afterDecodedText(of: parser))
        case .tooMuchForOneEvent(let limit):
            self.init(
                .limit(.scalarBytes),
                "a scalar, comment or tag that begins here is longer than the limit of \(limit) bytes",
                at: lastEnd)
        case .tooManyTagDirectives(let limit):
            self.init(
                .limit(.tagDirectives), "the document has more %TAG directives than the limit of \(limit)",
                at: YAMLMark(parser.pointee.mark))
        case .brokenUTF16(let problem, let mark):
            self.init(.encoding, "the input is not valid UTF-16: \(problem)", at: mark)
        }
    }

    /// A character that YAML has inside quotes only (YAML 1.2.2 section 5.1).
    init(misplaced scalar: Unicode.Scalar, at mark: YAMLMark) {
        let name = scalar == "\u{FEFF}" ? "byte order mark" : scalar.value < 0xA0 ? "control character" : "character"
        self.init(
            .encoding,
            "the \(name) \(scalar.number) is not allowed in YAML outside quotes; take it out, or write the text in double "
                + "quotes with \\u\(scalar.number.dropFirst(2)) in its place",
            at: mark)
    }

    /// Bytes that are no text. Their line and column follow from what is decoded so far.
    private init(readerErrorOf parser: UnsafeMutablePointer<yaml_parser_t>, offsetIsKnown: Bool) {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "unreadable input"
        let value = parser.pointee.problem_value
        var message: String
        if problem == "control characters are not allowed" {
            message = "the control character \(Self.hexadecimal(value, digits: 4, prefix: "U+")) is not allowed in YAML"
        } else {
            message = "the input is not valid UTF-8: \(problem)"
            if value >= 0 { message += " \(Self.hexadecimal(value, digits: 2, prefix: "0x"))" }
        }
        if offsetIsKnown { message += " (byte offset \(parser.pointee.problem_offset))" }
        self.init(.encoding, message, at: YAMLMark.afterDecodedText(of: parser))
    }

    private static func hexadecimal(_ value: Int32, digits: Int, prefix: String) -> String {
        let text = String(UInt32(bitPattern: value), radix: 16, uppercase: true)
        return prefix + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

extension YAMLMark {
    /// The place of the first character that is not decoded yet: the parser's own place moved over the text it holds
    /// in its buffer, by YAML 1.2's rule of what ends a line (CR, LF, CR LF).
    static func afterDecodedText(of parser: UnsafeMutablePointer<yaml_parser_t>) -> YAMLMark {
        let place = YAMLMark(parser.pointee.mark)
        let buffer = parser.pointee.buffer
        guard let first = buffer.pointer, let last = buffer.last, first < last else { return place }
        var (line, column) = (place.line, place.column)
        var previous: Unicode.Scalar = " "
        for scalar in String(decoding: UnsafeBufferPointer(start: first, count: last - first), as: UTF8.self)
            .unicodeScalars
        {
            switch scalar {
            case "\n" where previous == "\r":
                break
            case "\n", "\r":
                (line, column) = (line + 1, 1)
            default:
                column += 1
            }
            previous = scalar
        }
        return YAMLMark(line: line, column: column)
    }
}
