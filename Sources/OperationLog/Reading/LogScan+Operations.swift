import OperationCatalogue

extension LogScan {
    /// Gives each operation that the filter accepts to `body` until that returns `false`, in the order in which they ended;
    /// those without an outcome come last. See ``OperationPairing`` for what an operation looks like.
    ///
    /// - Returns: how many of the files could be read.
    package func operations(of filter: LogFilter, _ body: (LogRecord) -> Bool) -> Int {
        var pairing = OperationPairing()
        var goesOn = true
        func give(_ operation: LogRecord) {
            if goesOn, filter.accepts(operation) { goesOn = body(operation) }
        }
        // An outcome is wanted where its intent was, whatever stands in it; and an intent where only its outcome may name the
        // task, such as a child that it made.
        let wantsIntents = filter.task != nil
        let readable = run(wanting: { line in
            if wantsIntents, Self.isIntent(line) { return true }
            return Self.operation(of: line).map { pairing.waits(for: $0) } ?? false
        }) { record, _ in
            pairing.add(record, give)
            return goesOn
        }
        pairing.finish(give)
        return readable
    }

    private static let intent = ByteNeedle("\"kind\":\"intent\"")

    private static func isIntent(_ line: UnsafeRawBufferPointer) -> Bool {
        intent.isIn(UnsafeRawBufferPointer(rebasing: line.prefix(64)))
    }

    private static let identifier = ByteNeedle(",\"id\":\"")
    /// What every record begins with ends well before.
    private static let frame = 256

    /// The operation that a record of this program belongs to, from the beginning of its line alone.
    private static func operation(of line: UnsafeRawBufferPointer) -> UniqueIdentifier? {
        let beginning = UnsafeRawBufferPointer(rebasing: line.prefix(frame))
        guard let place = identifier.position(in: beginning) else { return nil }
        let text = beginning.dropFirst(place + 7).prefix(UniqueIdentifier.textLength)
        return UniqueIdentifier(String(decoding: text, as: UTF8.self))
    }
}
