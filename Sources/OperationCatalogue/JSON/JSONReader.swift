/// Reads JSON texts (RFC 8259) into trees.
///
/// Everything is checked: the grammar, UTF-8, escapes and their surrogate pairs, the depth, that no object names a key twice
/// and that nothing but white space follows the value. A byte order mark is refused. Keys are the same when they are equal
/// as Swift strings, so canonically equivalent spellings count as one.
package enum JSONReader {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The value of one complete JSON text.
    ///
    /// - Throws: ``JSONSyntaxError`` with the first fault.
    package static func value(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
    ) throws(JSONSyntaxError) -> JSONValue {
        var grammar = try Grammar(bytes, limits: limits, sink: TreeBuilder())
        try grammar.text()
        return grammar.sink.result()
    }

    /// The value of one complete JSON text; see ``value(_:limits:)-(UnsafeRawBufferPointer,_)``.
    package static func value(
        _ bytes: Span<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONSyntaxError) -> JSONValue {
        try bytes.withUnsafeBytes { buffer throws(JSONSyntaxError) in
            try value(buffer, limits: limits)
        }
    }

    /// The value of one complete JSON text; see ``value(_:limits:)-(UnsafeRawBufferPointer,_)``.
    package static func value(
        _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
    ) throws(JSONSyntaxError) -> JSONValue {
        try value(bytes.span, limits: limits)
    }

    /// The value of one complete JSON text; see ``value(_:limits:)-(UnsafeRawBufferPointer,_)``.
    package static func value(
        _ bytes: ArraySlice<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONSyntaxError) -> JSONValue {
        try value(bytes.span, limits: limits)
    }

    /// The value of one complete JSON text; see ``value(_:limits:)-(UnsafeRawBufferPointer,_)``.
    package static func value(
        _ text: String.UTF8View, limits: JSONLimits = JSONLimits()
    ) throws(JSONSyntaxError) -> JSONValue {
        try value(text.span, limits: limits)
    }
}
