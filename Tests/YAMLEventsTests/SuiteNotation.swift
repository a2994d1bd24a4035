import CLibYAML
import Glibc

@testable import YAMLEvents

/// What a stream came to: its events in the notation of the public test suite, without its marks for flow style and
/// explicit documents, and whether it was refused.
struct StreamReading: Equatable {
    var events: [String] = []
    var isRefused = false
}

extension StreamReading {
    /// Read by libyaml's own functions, with nothing of ours between.
    init(bareLibYAML bytes: [UInt8]) {
        var parser = yaml_parser_t()
        var event = yaml_event_t()
        guard yaml_parser_initialize(&parser) == 1 else { return }
        defer { yaml_parser_delete(&parser) }
        bytes.withUnsafeBufferPointer { buffer in
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            while true {
                guard yaml_parser_parse(&parser, &event) == 1 else {
                    isRefused = true
                    return
                }
                events.append(Self.notation(event))
                let isLast = event.type == YAML_STREAM_END_EVENT
                yaml_event_delete(&event)
                if isLast { return }
            }
        }
    }

    /// Read by `YAMLEventReader`, up to its first error.
    init(_ reader: consuming YAMLEventReader) {
        do throws(YAMLError) {
            while true {
                let event = try reader.next()
                events.append(Self.notation(event))
                if case .streamEnd = event { return }
            }
        } catch {
            isRefused = true
        }
    }

    private static func notation(_ event: yaml_event_t) -> String {
        func properties(_ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?) -> String {
            (anchor.map { " &" + String(cString: $0) } ?? "") + (tag.map { " <" + String(cString: $0) + ">" } ?? "")
        }
        switch event.type {
        case YAML_STREAM_START_EVENT: return "+STR"
        case YAML_STREAM_END_EVENT: return "-STR"
        case YAML_DOCUMENT_START_EVENT: return "+DOC"
        case YAML_DOCUMENT_END_EVENT: return "-DOC"
        case YAML_SEQUENCE_START_EVENT:
            return "+SEQ" + properties(event.data.sequence_start.anchor, event.data.sequence_start.tag)
        case YAML_SEQUENCE_END_EVENT: return "-SEQ"
        case YAML_MAPPING_START_EVENT:
            return "+MAP" + properties(event.data.mapping_start.anchor, event.data.mapping_start.tag)
        case YAML_MAPPING_END_EVENT: return "-MAP"
        case YAML_ALIAS_EVENT: return "=ALI *" + String(cString: event.data.alias.anchor)
        default:
            let scalar = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            let indicator: String
            switch scalar.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: indicator = "'"
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: indicator = "\""
            case YAML_LITERAL_SCALAR_STYLE: indicator = "|"
            case YAML_FOLDED_SCALAR_STYLE: indicator = ">"
            default: indicator = ":"
            }
            return "=VAL" + properties(scalar.anchor, scalar.tag) + " " + indicator + escaped(text)
        }
    }

    private static func notation(_ event: YAMLEvent) -> String {
        func properties(_ start: YAMLNodeStart) -> String {
            (start.anchor.map { " &" + $0 } ?? "") + (start.tag.map { " <" + $0 + ">" } ?? "")
        }
        switch event {
        case .streamStart: return "+STR"
        case .streamEnd: return "-STR"
        case .documentStart: return "+DOC"
        case .documentEnd: return "-DOC"
        case .sequenceStart(let start): return "+SEQ" + properties(start)
        case .sequenceEnd: return "-SEQ"
        case .mappingStart(let start): return "+MAP" + properties(start)
        case .mappingEnd: return "-MAP"
        case .alias(let anchor, _): return "=ALI *" + anchor
        case .scalar(let scalar, let start):
            let indicator =
                switch scalar.style {
                case .plain: ":"
                case .singleQuoted: "'"
                case .doubleQuoted: "\""
                case .literal: "|"
                case .folded: ">"
                }
            return "=VAL" + properties(start) + " " + indicator + escaped(scalar.value)
        }
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\0": result += "\\0"
            case "\u{8}": result += "\\b"
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
