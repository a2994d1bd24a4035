import OperationCatalogue

/// A payload, or as much of it as a bound leaves.
///
/// Of a list the first elements stay, each of them whole unless it is very long. Of an object, and of a long element, all
/// members stay, and what is long within them is cut.
struct Excerpt: Sendable {
    let text: JSONText
    /// `nil` where nothing is missing.
    let cut: Cut?

    enum Cut: Hashable, Sendable {
        case elements(shown: Int, of: Int)
        /// Long texts and lists within it.
        case parts
    }

    /// The bytes of a list's element beyond which it is cut itself.
    private static let elementBound = 4096

    /// - Parameters:
    ///   - bound: the most bytes that the payload may take as a string within a JSON text, as results carry it.
    ///   - comesFirst: which elements of a list stay before all others, where not all can.
    init(of payload: JSONText, within bound: Int, putting comesFirst: (JSONValue) -> Bool = { _ in false }) {
        guard Self.size(payload) > bound, let value = try? payload.value() else {
            (text, cut) = (payload, nil)
            return
        }
        guard case .array(let elements) = value else {
            (text, cut) = (Self.cut(value, to: bound), .parts)
            return
        }
        let ordered = elements.filter(comesFirst) + elements.filter { !comesFirst($0) }
        var writer = JSONWriter(reservingCapacity: bound)
        var rest = bound - 4
        var shown = 0
        writer.beginArray()
        for element in ordered {
            var text = JSONText(element)
            if text.bytes.count > Self.elementBound { text = Self.cut(element, to: Self.elementBound) }
            rest -= Self.size(text) - 1
            guard rest >= 0 else { break }
            writer.raw(text)
            shown += 1
        }
        writer.endArray()
        text = writer.takeText()
        cut = shown < elements.count ? .elements(shown: shown, of: elements.count) : .parts
    }

    /// How many bytes the text takes as a string within another.
    static func size(_ text: JSONText) -> Int {
        text.bytes.reduce(text.bytes.count + 2) { size, byte in
            byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? size + 1 : size
        }
    }

    /// The value with ever shorter texts and lists until it fits.
    private static func cut(_ value: JSONValue, to bound: Int) -> JSONText {
        for limits in [(8000, 100), (2000, 40), (500, 20), (100, 10), (20, 5)] {
            let text = JSONText(value.cut(texts: limits.0, counts: limits.1))
            if size(text) <= bound { return text }
        }
        return JSONText([:])
    }
}

extension JSONValue {
    /// The value with texts of at most so many characters, and lists and objects of at most so many entries.
    fileprivate func cut(texts: Int, counts: Int) -> JSONValue {
        switch self {
        case .string(let text) where text.unicodeScalars.count > texts:
            .string(String(text.unicodeScalars.prefix(texts)) + "…")
        case .array(let elements):
            .array(elements.prefix(counts).map { $0.cut(texts: texts, counts: counts) })
        case .object(let object):
            .object(
                JSONObject(
                    uniqueMembers: object.members.prefix(counts).map {
                        JSONObject.Member(key: $0.key, value: $0.value.cut(texts: texts, counts: counts))
                    }))
        default: self
        }
    }
}

extension Excerpt {
    /// What is missing, and how to get it; `nil` where nothing is.
    func note(on read: ResourceRead, _ selection: ToolSelection) -> String? {
        let (name, uri) = (read.operation.name, read.uri)
        let way =
            if selection.offersTool(name) {
                "the tool \(name) returns everything"
            } else {
                "this program's command 'call \(name)\(read.arguments.isEmpty ? "" : " …")' prints everything"
            }
        switch cut {
        case nil: return nil
        case .elements(let shown, let count):
            let search = SearchTasks.definition.name
            let isOfTasks = read.operation.payload.isList(of: .taskSummary) && selection.offersTool(search)
            let more = isOfTasks ? "; \(search) finds some by their words" : ""
            let sentence = "\(uri) has \(count) entries, of which only \(shown) are shown, since all would be too long"
            return "\(sentence): \(way)\(more)."
        case .parts: return "\(uri) is shown with long texts and lists cut, since all would be too long: \(way)."
        }
    }

    /// The excerpts of several payloads that share a bound: what the short ones leave is the long ones'.
    static func sharing(_ bound: Int, _ payloads: [JSONText], putting comesFirst: (JSONValue) -> Bool) -> [Excerpt] {
        var rest = bound
        var excerpts: [Int: Excerpt] = [:]
        let shortestFirst = payloads.indices.sorted { payloads[$0].bytes.count < payloads[$1].bytes.count }
        for (done, index) in shortestFirst.enumerated() {
            let excerpt = Excerpt(of: payloads[index], within: rest / (payloads.count - done), putting: comesFirst)
            rest -= size(excerpt.text)
            excerpts[index] = excerpt
        }
        return payloads.indices.compactMap { excerpts[$0] }
    }
}
