extension JSONReader {
    /// A stack whose elements are moved in and out, never copied, so that a container is made with one allocation of its
    /// exact size and no reference count is touched.
    struct MoveStack<Element>: ~Copyable {
        private var elements: UnsafeMutablePointer<Element>
        private var capacity: Int
        private(set) var count = 0

        init() {
            capacity = 16
            elements = .allocate(capacity: capacity)
        }

        deinit {
            elements.deinitialize(count: count)
            elements.deallocate()
        }

        @inline(__always)
        subscript(index: Int) -> Element {
            elements[index]
        }

        @inline(__always)
        mutating func push(_ element: consuming Element) {
            if count == capacity {
                grow()
            }
            (elements + count).initialize(to: element)
            count &+= 1
        }

        /// Moves the last `number` elements away: the receiver must take every one, and there must be that many.
        @inline(__always)
        mutating func pop(_ number: Int) -> UnsafeMutablePointer<Element> {
            count &-= number
            return elements + count
        }

        /// Forgets elements that need no clean-up.
        @inline(__always)
        mutating func removeTrivial(from index: Int) where Element: BitwiseCopyable {
            count = index
        }

        @inline(never)
        private mutating func grow() {
            let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
            larger.moveInitialize(from: elements, count: count)
            elements.deallocate()
            elements = larger
            capacity *= 2
        }
    }
}
