extension JSONWriter {
    /// Writes the key of a member, escaped.
    @_disfavoredOverload
    package mutating func key(_ key: String) {
        string(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes the key of a member that is known to need no escapes: ASCII without `"`, `\` and control characters. A
    /// literal takes this way.
    @inlinable
    package mutating func key(_ key: StaticString) {
        let bytes = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
        quoted(bytes, then: UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes bytes in quotes that are known to need no escapes, such as a UUID or a time: ASCII without `"`, `\` and
    /// control characters.
    @inlinable
    package mutating func rawASCII(_ bytes: some Collection<UInt8>) {
        let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { quoted($0) }
        if isContiguous == nil {
            [UInt8](bytes).withUnsafeBufferPointer { quoted($0) }
        }
        needsComma = true
    }

    /// Writes bytes in quotes that are known to need no escapes; see ``rawASCII(_:)-(Collection<UInt8>)``.
    @inlinable
    package mutating func rawASCII(_ bytes: Span<UInt8>) {
        bytes.withUnsafeBufferPointer { quoted($0) }
        needsComma = true
    }

    /// Writes a string, escaped.
    package mutating func string(_ string: String) {
        string.utf8.span.withUnsafeBytes { escaped($0) }
    }

    /// Writes a JSON text as a string, for protocols that carry JSON within JSON.
    package mutating func string(_ text: JSONText) {
        text.bytes.span.withUnsafeBytes { escaped($0) }
    }

    /// Writes well-formed UTF-8 as a string, escaped.
    package mutating func string(trustedUTF8 bytes: UnsafeRawBufferPointer) {
        escaped(bytes)
    }

    @inlinable
    mutating func quoted(_ contents: UnsafeBufferPointer<UInt8>, then last: UInt8? = nil) {
        assert(contents.allSatisfy(JSONWriter.isPlain), "bytes that need escapes")
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: contents)
        bytes.append(UInt8(ascii: "\""))
        if let last {
            bytes.append(last)
        }
    }

    @usableFromInline
    static func isPlain(_ byte: UInt8) -> Bool {
        JSONReader.isPlain(byte)
    }
}
