/// A compact JSON text that is too long to be held in memory: it lies in a file, which goes with the last reference to it.
package protocol SpooledText: Sendable {
    /// Its length in bytes.
    var count: Int { get }
    /// How many elements it has, where it is an array and they were counted.
    var elements: Int? { get }

    /// Its next bytes from `offset` on, at least one and no more than `length`. Waits for the disk without a thread of those that
    /// all tasks share.
    ///
    /// - Parameter offset: less than ``count``.
    /// - Throws: ``ErrorCode/backendFailed`` where they cannot be read.
    func piece(at offset: Int, ofAtMost length: Int) async throws(OperationError) -> [UInt8]
}

extension SpooledText {
    /// Hands the text to `body`, piece by piece, each when the one before it has been dealt with.
    ///
    /// - Parameter length: the most bytes of a piece.
    /// - Throws: what ``piece(at:ofAtMost:)`` and `body` throw: then the text has not come to its end.
    package func forEachPiece(
        ofAtMost length: Int, isolation: isolated (any Actor)? = #isolation, _ body: ([UInt8]) async throws -> Void
    ) async throws {
        var offset = 0
        while offset < count {
            let piece = try await piece(at: offset, ofAtMost: length)
            offset += piece.count
            try await body(piece)
        }
    }
}
