/// What a scalar means under the YAML 1.2 core schema (YAML 1.2.2 section 10.3.2).
package enum YAMLCoreValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A floating point number; `.inf`, `-.inf` and `.nan` are among them.
    case number(Double)
    case string(String)
}

/// The tags of the core schema, and the merge key's tag.
enum YAMLCoreTag {
    static let all: Set<String> = [null, bool, integer, number, string, sequence, mapping]

    static let prefix = "tag:yaml.org,2002:"
    static let null = prefix + "null"
    static let bool = prefix + "bool"
    static let integer = prefix + "int"
    static let number = prefix + "float"
    static let string = prefix + "str"
    static let sequence = prefix + "seq"
    static let mapping = prefix + "map"
    static let merge = prefix + "merge"

    /// `!!int` for the long form; other tags as `!local` or `!<uri>`.
    static func shortForm(_ tag: String) -> String {
        if tag.hasPrefix(prefix) { return "!!" + tag.dropFirst(prefix.count) }
        return tag.hasPrefix("!") ? tag : "!<\(tag)>"
    }
}

extension YAMLNode {
    /// This scalar's value under the core schema: by its tag when it has one, by its text when it is plain, a string
    /// otherwise. So `no`, `yes`, `on`, `1:30` and `1_000` are strings, `0777` is 777 and `0o777` is 511.
    ///
    /// Infinities and NaN are values here, though JSON cannot hold them; the caller refuses them where it must.
    /// - Throws: ``YAMLError`` of kind `value` for a collection, for a text that its tag does not allow, for an integer
    ///   outside Int64 and for a float beyond Double's range; of kind `tag` for a tag outside the core schema.
    package func coreValue() throws(YAMLError) -> YAMLCoreValue {
        guard case .scalar(let scalar) = content else {
            throw YAMLError(.value, "expected a single value here, not a list or a mapping", at: mark)
        }
        return try scalar.coreValue(start)
    }
}

extension YAMLScalar {
    /// The value under the core schema of a scalar whose event began with `start`. See ``YAMLNode/coreValue()``.
    package func coreValue(_ start: YAMLNodeStart) throws(YAMLError) -> YAMLCoreValue {
        if start.hasProperties, let tag = start.tag { return try coreValue(tag: tag, at: start.mark) }
        if isCertainlyString { return .string(value) }
        return try plainValue(at: start.mark)
    }

    private func plainValue(at mark: YAMLMark) throws(YAMLError) -> YAMLCoreValue {
        if YAMLCoreText.isNull(value) { return .null }
        if let truth = YAMLCoreText.bool(value) { return .bool(truth) }
        switch YAMLNumberForm(value) {
        case .none: return .string(value)
        case .decimal, .octal, .hexadecimal: return .integer(try integer(at: mark))
        case .float, .infinity, .notANumber: return .number(try number(at: mark))
        }
    }

    private func coreValue(tag: String, at mark: YAMLMark) throws(YAMLError) -> YAMLCoreValue {
        switch tag {
        case YAMLCoreTag.string:
            return .string(value)
        case YAMLCoreTag.integer:
            return .integer(try integer(at: mark))
        case YAMLCoreTag.number:
            return .number(try number(at: mark))
        case YAMLCoreTag.bool:
            if let truth = YAMLCoreText.bool(value) { return .bool(truth) }
            throw mismatch("!!bool", "true or false", at: mark)
        case YAMLCoreTag.null:
            if YAMLCoreText.isNull(value) { return .null }
            throw mismatch("!!null", "null, ~ or nothing", at: mark)
        case YAMLCoreTag.sequence, YAMLCoreTag.mapping:
            throw YAMLError(.tag, "the tag \(YAMLCoreTag.shortForm(tag)) does not fit a single value", at: mark)
        default:
            throw YAMLError(unknownTag: tag, at: mark)
        }
    }

    private func integer(at mark: YAMLMark) throws(YAMLError) -> Int64 {
        let result: Int64?
        switch YAMLNumberForm(value) {
        case .decimal: result = Int64(value)
        case .octal: result = Int64(value.dropFirst(2), radix: 8)
        case .hexadecimal: result = Int64(value.dropFirst(2), radix: 16)
        default: throw mismatch("!!int", "a whole number as 12, -7, 0o17 or 0xff", at: mark)
        }
        if let result { return result }
        throw YAMLError(
            .value,
            "the integer \(excerpt) is outside the range \(Int64.min) to \(Int64.max); quote it if it is a text",
            at: mark
        )
    }

    private func number(at mark: YAMLMark) throws(YAMLError) -> Double {
        switch YAMLNumberForm(value) {
        case .infinity:
            return value.utf8.first == UInt8(ascii: "-") ? -.infinity : .infinity
        case .notANumber:
            return .nan
        case .decimal, .float:
            if let result = YAMLCoreText.double(value), result.isFinite { return result }
            throw YAMLError(
                .value,
                "the number \(excerpt) is beyond the range of a 64-bit float; quote it if it is a text",
                at: mark
            )
        default:
            throw mismatch("!!float", "a number as 1.5, -2e3, .inf or .nan", at: mark)
        }
    }

    private func mismatch(_ tag: String, _ expected: String, at mark: YAMLMark) -> YAMLError {
        YAMLError(.value, "\"\(excerpt)\" does not fit the tag \(tag): expected \(expected)", at: mark)
    }

    /// The text, cut to 40 characters, for a message.
    private var excerpt: String {
        let cut = value.prefix(40)
        return cut.endIndex == value.endIndex ? value : cut + "…"
    }
}

extension YAMLError {
    init(unknownTag tag: String, at mark: YAMLMark) {
        self.init(
            .tag,
            "the tag \(YAMLCoreTag.shortForm(tag)) is not known here: expected !!str, !!int, !!float, !!bool, !!null, "
                + "!!seq or !!map, or no tag",
            at: mark
        )
    }
}
