import OperationCatalogue
import Testing

/// Whatever the text and its blocks, the stream ends as the reader of whole texts does.
@Suite("An object of JSON that comes block by block, under random input")
struct JSONObjectStreamFuzzTests {
    private enum Ending: Hashable {
        case value(JSONValue)
        case fault(JSONSyntaxError, line: Int, column: Int)
    }

    @Test("comes to the value, or to the fault and its place, that the whole text does", arguments: UInt64(1)...8)
    func agreement(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (values, faults) = (0, 0)
        for round in 0..<600 {
            let text = random.text()
            let limits = JSONLimits(maximumDepth: random.below(4) == 0 ? random.below(5) : 128)
            let form: JSONObjectStream.ElementForm = random.below(2) == 0 ? .value : .text
            let whole = Self.whole(text, limits)
            let streamed = Self.streamed(text, limits, form, &random)
            try #require(
                streamed == whole,
                "seed \(seed), round \(round): \(String(decoding: text, as: UTF8.self).debugDescription)")
            if case .value = whole { values += 1 } else { faults += 1 }
        }
        #expect(values > 100 && faults > 100, "seed \(seed): \(values) good texts and \(faults) broken ones")
    }

    private static func whole(_ bytes: [UInt8], _ limits: JSONLimits) -> Ending {
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        do {
            return .value(try JSONReader.value(text, limits: limits))
        } catch {
            let (line, column) = error.position(in: text)
            return .fault(error, line: line, column: column)
        }
    }

    private static func streamed(
        _ bytes: [UInt8], _ limits: JSONLimits, _ form: JSONObjectStream.ElementForm, _ random: inout SeededGenerator
    ) -> Ending {
        var stream = JSONObjectStream(limits: limits, passesByteOrderMark: true)
        var rest = bytes[...]
        var assembly = Assembly()
        let longest = [1, 2, 5, 40, 1000][random.below(5)]
        do {
            while true {
                while let part = try stream.next(elementsAs: form) {
                    if part == .end { return .value(assembly.value) }
                    assembly.add(part)
                }
                if rest.isEmpty { stream.finish() }
                let length = 1 + random.below(longest)
                rest.prefix(length).withUnsafeBytes { stream.append($0) }
                rest = rest.dropFirst(length)
            }
        } catch {
            return .fault(error.error, line: error.place.line, column: error.place.column)
        }
    }

    /// Puts the parts together again.
    private struct Assembly {
        var value: JSONValue = [:]
        private var list: (key: String, elements: [JSONValue]) = ("", [])

        mutating func add(_ part: JSONObjectStream.Part) {
            switch part {
            case .member(let key, let value): add(key, value)
            case .list(let key): list = (key, [])
            case .element(let value): list.elements.append(value)
            case .text(let text): list.elements.append((try? text.value()) ?? "unreadable")
            case .listEnd: add(list.key, .array(list.elements))
            case .other(let other): value = other
            case .end: break
            }
        }

        private mutating func add(_ key: String, _ member: JSONValue) {
            guard case .object(var object) = value else { return }
            object.append(key, member)
            value = .object(object)
        }
    }
}

extension SeededGenerator {
    /// A JSON text, most often an object, in half of the cases broken.
    fileprivate mutating func text() -> [UInt8] {
        var text: [UInt8] = []
        if below(20) == 0 { text += [0xEF, 0xBB, 0xBF] }
        write(below(20) == 0 ? value(depth: 2) : .object(object(depth: 2)), into: &text)
        space(into: &text)
        if below(2) == 0 { for _ in 0...below(3) { damage(&text) } }
        return text
    }

    /// Writes a value with white space at random, strings and keys escaped at random.
    private mutating func write(_ value: JSONValue, into text: inout [UInt8]) {
        space(into: &text)
        switch value {
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (index, element) in elements.prefix(6).enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                write(element, into: &text)
                space(into: &text)
            }
            if elements.isEmpty { space(into: &text) }
            text.append(UInt8(ascii: "]"))
        case .object(let object):
            text.append(UInt8(ascii: "{"))
            for (index, member) in object.members.prefix(8).enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                write(.string(member.key), into: &text)
                space(into: &text)
                text.append(UInt8(ascii: ":"))
                write(member.value, into: &text)
                space(into: &text)
            }
            text.append(UInt8(ascii: "}"))
        case .string(let string) where below(4) == 0:
            text.append(UInt8(ascii: "\""))
            for unit in string.utf16 {
                let digits = String(UInt32(unit) + 0x1_0000, radix: 16).dropFirst()
                text += "\\u\(digits)".utf8
            }
            text.append(UInt8(ascii: "\""))
        default: text += JSONText(value).bytes
        }
    }

    private mutating func space(into text: inout [UInt8]) {
        guard below(3) == 0 else { return }
        for _ in 0...below(3) { text.append(Array(" \n\t\r".utf8)[below(4)]) }
    }

    private static let telling =
        Array("\"\\{}[]:,.-+eE019 \n\tutrfnabd/\u{1F}\u{7F}".utf8) + [0, 0x80, 0xBF, 0xC2, 0xED, 0xF4, 0xFF]

    private mutating func damage(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        let byte = Self.telling[below(Self.telling.count)]
        switch below(5) {
        case 0: bytes.insert(byte, at: place)
        case 1 where place < bytes.count: bytes[place] = byte
        case 2 where place < bytes.count: bytes.remove(at: place)
        case 3: bytes.removeLast(below(bytes.count / 2 + 1))
        default:
            let start = below(place + 1)
            bytes.insert(contentsOf: bytes[start..<min(place, start + 12)], at: place)
        }
    }
}
