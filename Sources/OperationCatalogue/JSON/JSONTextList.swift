/// A JSON array of any length that is held as its text, compact, from which the elements are read when their turn comes.
///
/// The text is in blocks, so that it grows without being copied, and is handed on without being put together.
package struct JSONTextList: Hashable, Sendable {
    /// What stands between the array's brackets, in pieces.
    package private(set) var blocks: [[UInt8]] = []
    /// The elements' lengths, in bytes.
    private var lengths: [Int] = []

    /// A block is no longer, in bytes, unless one element is.
    private static let blockSize = 1 << 20

    package init() {}

    package var count: Int { lengths.count }

    /// The length of the whole text in bytes, brackets and all.
    package var byteCount: Int { blocks.reduce(2) { $0 + $1.count } }

    package mutating func append(_ element: JSONText) {
        let isFirst = lengths.isEmpty
        lengths.append(element.bytes.count)
        let needed = element.bytes.count + 1
        if let last = blocks.last, last.count + needed <= Self.blockSize {
            blocks[blocks.count - 1].append(UInt8(ascii: ","))
        } else {
            var block: [UInt8] = []
            if !isFirst {
                block.reserveCapacity(max(needed, Self.blockSize))
                block.append(UInt8(ascii: ","))
            }
            blocks.append(block)
        }
        blocks[blocks.count - 1].append(contentsOf: element.bytes)
    }

    /// Hands every element's text to `body`, with its index; the bytes are good during the call.
    package func forEach<Failure: Error>(
        _ body: (Int, UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var index = 0
        for block in blocks {
            try block.span.withUnsafeBytes { bytes throws(Failure) in
                var offset = index == 0 ? 0 : 1
                while offset < bytes.count {
                    let length = lengths[index]
                    try body(index, UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))
                    index += 1
                    offset += length + 1
                }
            }
        }
    }

    /// The same list with another text in the place of each element whose text begins as `isReplaced` says.
    package func replacing(with text: JSONText, where isReplaced: (UInt8) -> Bool) -> JSONTextList {
        var isSame = true
        forEach { _, element in if isReplaced(element[0]) { isSame = false } }
        guard !isSame else { return self }
        var list = JSONTextList()
        forEach { _, element in
            list.append(isReplaced(element[0]) ? text : JSONText(trusted: [UInt8](element)))
        }
        return list
    }

    /// The array as a tree.
    package var value: JSONValue {
        var elements: [JSONValue] = []
        elements.reserveCapacity(count)
        forEach { _, text in elements.append((try? JSONReader.value(text)) ?? .null) }
        return .array(elements)
    }
}

extension JSONWriter {
    /// Writes a list as an array.
    package mutating func list(_ list: JSONTextList) {
        beginArray()
        bytes.reserveCapacity(bytes.count + list.byteCount)
        for block in list.blocks { bytes.append(contentsOf: block) }
        endArray()
    }
}
