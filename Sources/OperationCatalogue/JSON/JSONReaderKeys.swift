import Glibc

extension JSONReader {
    /// Finds keys that stand twice in one object.
    ///
    /// The keys of all open objects lie on one stack. Plain ASCII keys are compared by a 64-bit signature, then byte by
    /// byte; an object with many keys, or with one that is escaped or beyond ASCII, goes over to a set of strings.
    struct KeyTracker: ~Copyable {
        /// An open object: where its keys begin on the stack. No two open objects have the same.
        struct Scope {
            fileprivate let start: Int
            /// A bit for each signature that is among its keys: most new keys are known to be new by it, without a look at the
            /// others.
            fileprivate var seen: UInt64 = 0
        }

        // Not private: in a debug build the 6.3 compiler fails on a private type within a noncopyable one.
        struct Key {
            let signature: UInt64
            let token: StringToken
        }

        struct StringKeys {
            let start: Int
            var keys: Set<String>
        }

        private static let mostCompared = 32

        private var keys = MoveStack<Key>()
        private var sets: [StringKeys] = []

        func open() -> Scope {
            Scope(start: keys.count)
        }

        mutating func close(_ scope: Scope) {
            keys.removeTrivial(from: scope.start)
            if let last = sets.last, last.start == scope.start {
                sets.removeLast()
            }
        }

        /// Returns false when the object has the key already.
        @inline(__always)
        mutating func insert(_ token: StringToken, into scope: inout Scope, in scanner: Scanner) -> Bool {
            let isPlain = token.isASCII && !token.hasEscapes
            guard isPlain, keys.count &- scope.start < Self.mostCompared, sets.isEmpty else {
                return insertString(token, into: &scope, in: scanner)
            }
            return insertPlain(token, into: &scope, in: scanner)
        }

        @inline(__always)
        private mutating func insertPlain(_ token: StringToken, into scope: inout Scope, in scanner: Scanner) -> Bool {
            let signature = scanner.signature(of: token)
            let bit = UInt64(1) &<< ((signature &* 0x9E37_79B9_7F4A_7C15) &>> 58)
            if scope.seen & bit != 0, isThere(token, signature, in: scope, scanner) { return false }
            scope.seen |= bit
            keys.push(Key(signature: signature, token: token))
            return true
        }

        private func isThere(_ token: StringToken, _ signature: UInt64, in scope: Scope, _ scanner: Scanner) -> Bool {
            var index = scope.start
            while index < keys.count {
                if keys[index].signature == signature, scanner.haveSameBytes(keys[index].token, token) { return true }
                index &+= 1
            }
            return false
        }

        @inline(never)
        private mutating func insertString(
            _ token: StringToken, into scope: inout Scope, in scanner: Scanner
        ) -> Bool {
            let isPlain = token.isASCII && !token.hasEscapes
            let hasSet = sets.last?.start == scope.start
            if !hasSet, isPlain, keys.count - scope.start < Self.mostCompared {
                return insertPlain(token, into: &scope, in: scanner)
            }
            if !hasSet {
                let known = (scope.start..<keys.count).map { scanner.contents(of: keys[$0].token) }
                sets.append(StringKeys(start: scope.start, keys: Set(known)))
            }
            keys.push(Key(signature: 0, token: token))
            return sets[sets.count - 1].keys.insert(scanner.contents(of: token)).inserted
        }
    }
}

extension JSONReader.Scanner {
    /// A number that differs between most keys: made of the length, the first and the last eight bytes.
    @inline(__always)
    fileprivate func signature(of token: JSONReader.StringToken) -> UInt64 {
        let length = token.end &- token.start
        if length >= 8 {
            let head = word(at: token.start)
            let tail = word(at: token.end &- 8)
            return (head &* 0x9E37_79B9_7F4A_7C15) ^ tail ^ UInt64(truncatingIfNeeded: length)
        }
        var head: UInt64 = 0
        if token.start &+ 8 <= end {
            head = word(at: token.start) & ((1 &<< UInt64(truncatingIfNeeded: length &* 8)) &- 1)
        } else {
            for offset in token.start..<token.end {
                head = head << 8 | UInt64(byte(at: offset))
            }
            head = head.byteSwapped >> UInt64(64 - 8 * length)
        }
        return head | UInt64(truncatingIfNeeded: length) << 56
    }

    @inline(__always)
    fileprivate func haveSameBytes(_ left: JSONReader.StringToken, _ right: JSONReader.StringToken) -> Bool {
        let length = left.end &- left.start
        return length == right.end &- right.start && memcmp(base + left.start, base + right.start, length) == 0
    }
}
