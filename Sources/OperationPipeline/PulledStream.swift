extension AsyncStream where Element: Sendable {
    /// This stream with every element turned into another, one at a time and only when the next one is asked for:
    /// nothing is buffered.
    func pulled<Output: Sendable>(
        _ transform: @escaping @Sendable (Element) async -> Output
    ) -> AsyncStream<Output> {
        let upstream = PulledIterator(self)
        return AsyncStream<Output>(unfolding: {
            guard let element = await upstream.next() else { return nil }
            return await transform(element)
        })
    }
}

/// An iterator in a box, for closures that pull from it one call at a time.
///
/// Unchecked: the owner must not call ``next()`` while another call is under way; every stage here waits for one element
/// before it asks for the next.
final class PulledIterator<Element: Sendable>: @unchecked Sendable {
    private var iterator: AsyncStream<Element>.Iterator

    init(_ stream: AsyncStream<Element>) {
        iterator = stream.makeAsyncIterator()
    }

    func next() async -> Element? {
        await iterator.next(isolation: nil)
    }
}
