/// One complete, valid, compact JSON text: UTF-8, with no newline and no insignificant white space.
///
/// Two texts are equal when their bytes are: the order of members, the form of numbers and the escapes count.
package struct JSONText: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Takes bytes that are such a text for certain, because a ``JSONWriter`` made them or they were checked before.
    package init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Checks a text as ``JSONReader`` does and drops its white space, in one pass and without building a tree. Strings and
    /// numbers stay as they are written. An array that is compact already is taken without a copy.
    ///
    /// - Throws: ``JSONSyntaxError`` with the first fault.
    package init(validating bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        let compacted = try bytes.span.withUnsafeBytes { buffer throws(JSONSyntaxError) in
            try JSONReader.compacted(buffer, limits: limits)
        }
        self.bytes = compacted ?? bytes
    }

    /// Checks and compacts a text; see ``init(validating:limits:)-([UInt8],_)``.
    package init(validating bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        self.bytes = try JSONReader.compacted(bytes, limits: limits) ?? [UInt8](bytes)
    }

    /// Checks and compacts a text; see ``init(validating:limits:)-([UInt8],_)``.
    package init(validating bytes: Span<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        self = try bytes.withUnsafeBytes { buffer throws(JSONSyntaxError) in
            try JSONText(validating: buffer, limits: limits)
        }
    }

    /// Checks and compacts a text; see ``init(validating:limits:)-([UInt8],_)``.
    package init(validating bytes: ArraySlice<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        try self.init(validating: bytes.span, limits: limits)
    }

    /// Checks and compacts a text; see ``init(validating:limits:)-([UInt8],_)``.
    package init(validating text: String.UTF8View, limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) {
        try self.init(validating: text.span, limits: limits)
    }

    /// The text of a value.
    package init(_ value: JSONValue) {
        var writer = JSONWriter()
        writer.value(value)
        self = writer.takeText()
    }

    /// The text as a tree.
    ///
    /// - Throws: ``JSONSyntaxError`` when the text is nested deeper than `limits` allow, or was trusted without reason.
    package func value(limits: JSONLimits = JSONLimits()) throws(JSONSyntaxError) -> JSONValue {
        try JSONReader.value(bytes, limits: limits)
    }
}

extension JSONText {
    /// Whether it is an array of so many elements or more, without building a tree.
    package func countsElements(_ count: Int) -> Bool {
        // Two bytes are the least that an element takes with its comma, or the bracket before it.
        guard count > 0, bytes.count > 2 * count, bytes.first == UInt8(ascii: "[") else { return false }
        var elements = JSONElementCount()
        elements.add(bytes)
        return elements.count >= count
    }
}

extension JSONText: CustomStringConvertible {
    /// The text itself.
    package var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
