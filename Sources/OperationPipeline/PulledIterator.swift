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
