import OperationCatalogue

/// The arguments of `deferno call`.
struct CallArguments {
    var object = JSONObject()
    /// Lists of any length, which are in ``object`` when they come as words.
    var lists: [String: JSONTextList] = [:]

    struct Fault: Error {
        let message: String
    }

    init() {}

    /// What the words stand for: one JSON object, or `name=value` and `name:=json` each.
    init(_ words: [String], fields: [FieldDefinition]) throws(Fault) {
        object = try Self.object(from: words, fields: fields)
    }

    private static func object(from words: [String], fields: [FieldDefinition]) throws(Fault) -> JSONObject {
        if words.count == 1, let first = words.first, first.drop(while: \.isWhitespace).first == "{" {
            guard case .object(let object) = try json(first, in: "the arguments") else { return JSONObject() }
            return object
        }
        var object = JSONObject()
        for word in words {
            guard let sign = word.firstIndex(of: "=") else {
                throw Fault(
                    message: "expected field=value, one JSON object, @FILE or -, found "
                        + word.prefix(60).debugDescription)
            }
            let isJSON = word[..<sign].hasSuffix(":")
            let name = String(word[..<sign].dropLast(isJSON ? 1 : 0))
            let text = String(word[word.index(after: sign)...])
            guard object[name] == nil else { throw Fault(message: "\(name): is given twice") }
            object[name] = isJSON ? try json(text, in: name) : try value(text, for: name, fields)
        }
        return object
    }

    /// A plain value, read as the field's kind would have it; the catalogue judges what comes of it.
    private static func value(_ text: String, for name: String, _ fields: [FieldDefinition]) throws(Fault) -> JSONValue
    {
        switch fields.first(where: { $0.name == name })?.kind.shape {
        case .number, .integer, .boolean:
            return (try? JSONReader.value(text.utf8)) ?? .string(text)
        case .list(of: .value(let element)) where element.isText:
            if text.hasPrefix("[") { return try json(text, in: name) }
            return .array(text.split(separator: ",").map { .string($0.trimmingSpaces) })
        case .list, .object:
            return try json(text, in: name)
        case .text, nil:
            return .string(text)
        }
    }

    private static func json(_ text: String, in place: String) throws(Fault) -> JSONValue {
        do {
            return try JSONReader.value(text.utf8)
        } catch {
            throw Fault(message: "\(place): not valid JSON at character \(error.offset + 1): \(error.message)")
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
