/// Where in the text of a stream the parts of one scalar stand.
struct YAMLScalarPlaces: Hashable, Sendable {
    /// The places of the marker that the reader was asked to look for, in the order of the scalar's text.
    var markers: [YAMLMark] = []
    /// The place of a `#` that ends a plain scalar though it reads as a part of it: `Fix bug #12`.
    var cut: YAMLMark?

    var isEmpty: Bool { markers.isEmpty && cut == nil }
}

/// Goes through the text of one scalar as it was written, and gives each character that the scalar has with its place.
/// What folding makes of line breaks and blanks is not told: characters are given as they stand.
struct YAMLScalarSource {
    private let text: ArraySlice<UInt8>
    private let isDoubleQuoted: Bool
    private var offset: Int
    private(set) var line: Int
    private(set) var column: Int

    init(_ text: ArraySlice<UInt8>, from mark: YAMLMark, style: YAMLScalarStyle) {
        self.text = text
        isDoubleQuoted = style == .doubleQuoted
        offset = text.startIndex
        (line, column) = (mark.line, mark.column)
        // The header of a block scalar is not part of it, and may have a comment.
        if style == .literal || style == .folded { while line == mark.line, step() != nil {} }
    }

    /// The next character and where it is; `nil` at the end. A character beyond ASCII is given by its first byte.
    mutating func next() -> (character: UInt32, mark: YAMLMark)? {
        let mark = YAMLMark(line: line, column: column)
        guard let byte = step() else { return nil }
        guard isDoubleQuoted, byte == UInt8(ascii: "\\") else { return (UInt32(byte), mark) }
        return (escaped(), mark)
    }

    /// What the escape sequence stands for whose backslash was taken (YAML 1.2.2 section 5.7), as far as it matters here.
    private mutating func escaped() -> UInt32 {
        guard let kind = step() else { return 0 }
        let digits: Int
        switch kind {
        case UInt8(ascii: "x"): digits = 2
        case UInt8(ascii: "u"): digits = 4
        case UInt8(ascii: "U"): digits = 8
        default: return 0
        }
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = step().flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else { return 0 }
            value = value &* 16 &+ UInt32(digit)
        }
        return value
    }

    /// Takes one character, and gives its first byte.
    private mutating func step() -> UInt8? {
        guard offset < text.endIndex else { return nil }
        let byte = text[offset]
        offset += 1
        while offset < text.endIndex, text[offset] & 0xC0 == 0x80 { offset += 1 }
        let isBreak =
            byte == UInt8(ascii: "\n")
            || byte == UInt8(ascii: "\r") && !(offset < text.endIndex && text[offset] == UInt8(ascii: "\n"))
        if isBreak { (line, column) = (line + 1, 1) } else { column += 1 }
        return byte
    }

    /// The places where an ASCII text begins.
    mutating func places(of marker: [UInt8]) -> [YAMLMark] {
        var places: [YAMLMark] = []
        var window: [(character: UInt32, mark: YAMLMark)] = []
        while let next = next() {
            window.append(next)
            if window.count > marker.count { window.removeFirst() }
            guard window.count == marker.count, zip(window, marker).allSatisfy({ $0.character == UInt32($1) }) else {
                continue
            }
            places.append(window[0].mark)
            window = []
        }
        return places
    }
}
