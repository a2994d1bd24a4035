/// A scalar's text after unquoting, unescaping and folding, with the style it was written in.
package struct YAMLScalar: Hashable, Sendable {
    package let value: String
    package let style: YAMLScalarStyle

    /// Whether style, length and first character rule out that the core schema makes anything but a string of an
    /// untagged scalar. Most keys and values are done with here.
    let isCertainlyString: Bool

    package init(value: String, style: YAMLScalarStyle) {
        self.value = value
        self.style = style
        isCertainlyString = style != .plain || Self.isString(first: value.utf8.first, count: value.utf8.count)
    }

    /// A scalar with libyaml's text, which is valid UTF-8: libyaml has checked or itself encoded every character.
    @inline(__always)
    init(text: UnsafeBufferPointer<UInt8>, style: YAMLScalarStyle) {
        value = Self.string(text)
        self.style = style
        isCertainlyString = style != .plain || Self.isString(first: text.first, count: text.count)
    }

    /// A text of up to 15 bytes becomes a string without an allocation; by this initialiser also without a separate pass
    /// for its validation.
    @inline(__always)
    private static func string(_ text: UnsafeBufferPointer<UInt8>) -> String {
        guard text.count <= 15 else { return String(decoding: text, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: text.count) { buffer in
            for index in 0..<text.count { buffer[index] = text[index] }
            return text.count
        }
    }

    @inline(__always)
    private static func isString(first: UInt8?, count: Int) -> Bool {
        guard let first else { return false }
        return switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "~"):
            false
        case UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"):
            count != 4
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            count != 5
        default:
            true
        }
    }
}
