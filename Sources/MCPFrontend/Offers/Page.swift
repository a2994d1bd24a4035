/// A part of a list, and the cursor of the part that follows (MCP "Pagination").
///
/// A cursor is opaque to clients. It holds a position and is good for one list only, so that one of another list, or one that
/// somebody made up, is told from a good one; it stays good as long as the list keeps its order.
package struct Page<Element> {
    package let elements: ArraySlice<Element>
    /// `nil` at the end of the list.
    package let nextCursor: String?

    /// - Parameters:
    ///   - list: the whole list.
    ///   - name: the list's name, the same for each of its pages: `tools`.
    ///   - cursor: as the client gave it, `nil` for the first page.
    ///   - size: the most elements of a page, at least 1.
    /// - Throws: ``PageFault`` for a cursor that this list has not given out.
    package init(of list: [Element], named name: String, from cursor: String?, size: Int = 100) throws(PageFault) {
        let start: Int
        if let cursor {
            guard let position = Cursor.position(in: cursor, of: name), position < list.count else {
                throw PageFault(cursor: cursor)
            }
            start = position
        } else {
            start = 0
        }
        let end = min(start + max(size, 1), list.count)
        elements = list[start..<end]
        nextCursor = end < list.count ? Cursor.text(position: end, of: name) : nil
    }
}

extension Page: Sendable where Element: Sendable {}

/// A cursor that is none.
package struct PageFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// As the client gave it.
    package let cursor: String

    package var description: String {
        "Invalid cursor \(cursor.quotedBeginning): expected the nextCursor of the page before, or none for the first page"
    }
}

/// Eight hexadecimal digits of check and the position in hexadecimal.
private enum Cursor {
    static func text(position: Int, of name: String) -> String {
        let check = String(check(position, name), radix: 16)
        return String(repeating: "0", count: 8 - check.count) + check + String(position, radix: 16)
    }

    static func position(in text: String, of name: String) -> Int? {
        guard text.utf8.count <= 24, let position = Int(text.dropFirst(8), radix: 16), position > 0,
            self.text(position: position, of: name) == text
        else { return nil }
        return position
    }

    /// FNV-1a in 32 bits over the list's name and the position.
    private static func check(_ position: Int, _ name: String) -> UInt32 {
        "\(name) \(position)".utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
