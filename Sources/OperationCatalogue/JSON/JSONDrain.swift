/// Takes what a ``JSONWriter`` has written so far, so that a long text is never in memory as a whole.
package protocol JSONDrain: AnyObject, Sendable {
    /// So many bytes are taken at a time, or a little more.
    var size: Int { get }

    /// An empty array with room for that.
    func buffer() -> [UInt8]

    /// - Throws: where there is no room for them.
    func take(_ bytes: [UInt8]) throws(OperationError)
}

extension JSONWriter {
    /// Hands what was written to the drain, if there is one and it is enough by now. To be called again and again within long
    /// arrays; what the writer has begun goes on behind it.
    @inlinable
    package mutating func relieve() throws(OperationError) {
        if bytes.count >= drainSize { try handOver() }
    }

    @usableFromInline
    mutating func handOver() throws(OperationError) {
        try drain?.take(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Makes room for a text of about so many bytes, or for what the drain takes at a time, whichever is less. Memory that is
    /// reserved and never used costs nothing; growing by doubling copies all that there is.
    ///
    /// To be called before anything is written.
    package mutating func reserve(_ count: Int) {
        if let drain, count > drainSize, bytes.isEmpty { bytes = drain.buffer() } else { bytes.reserveCapacity(count) }
    }
}
