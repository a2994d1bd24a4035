/// Counts the elements of a JSON array whose text comes in pieces, without building a tree.
package struct JSONElementCount: Sendable {
    private var (depth, commas) = (0, 0)
    private var (isArray, isEmpty, isText, isEscaped) = (false, true, false, false)

    package init() {}

    /// So many have begun; none where the text is no array.
    package var count: Int { isArray && !isEmpty ? commas + 1 : 0 }

    /// - Parameter bytes: of a compact text, from where the last ones ended.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if isText {
                isText = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            if depth == 1, byte != UInt8(ascii: "]") { isEmpty = false }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if depth == 0 { isArray = byte == UInt8(ascii: "[") }
                depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 1: commas += 1
            default: break
            }
        }
    }
}
