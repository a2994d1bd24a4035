/// The members of a JSON object in the order they were written; equality ignores that order.
///
/// Keys are unique. A lookup walks the members, which for the handful an object usually has is faster than hashing; code
/// that looks up many keys of an object with thousands should put them into a dictionary first.
package struct JSONObject: Sendable {
    package struct Member: Hashable, Sendable {
        package var key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    package private(set) var members: [Member]

    package init() {
        members = []
    }

    /// An empty object with room for a number of members.
    package init(minimumCapacity: Int) {
        members = []
        members.reserveCapacity(minimumCapacity)
    }

    /// An object of members whose keys the caller knows to be unique.
    package init(uniqueMembers: [Member]) {
        members = uniqueMembers
    }

    init(lastOfEach elements: [(String, JSONValue)]) {
        self.init(minimumCapacity: elements.count)
        for (key, value) in elements {
            self[key] = value
        }
    }

    package var isEmpty: Bool { members.isEmpty }

    package var count: Int { members.count }

    /// The value of a key. Setting a new key appends it, setting a known one keeps its place, setting nil removes it. Each
    /// of these walks the members; see ``append(_:_:)`` for building large objects.
    package subscript(key: String) -> JSONValue? {
        get {
            for member in members where member.key == key {
                return member.value
            }
            return nil
        }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Appends a member without looking whether its key is there: the caller knows that it is not.
    package mutating func append(_ key: String, _ value: JSONValue) {
        members.append(Member(key: key, value: value))
    }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        let differing = left.members.indices.first { left.members[$0].key != right.members[$0].key }
        let inOrder = differing ?? left.count
        guard left.members[..<inOrder].elementsEqual(right.members[..<inOrder], by: { $0.value == $1.value }) else {
            return false
        }
        return sameMembers(left.members[inOrder...], right.members[inOrder...])
    }

    private static func sameMembers(_ left: ArraySlice<Member>, _ right: ArraySlice<Member>) -> Bool {
        guard left.count > 16 else {
            return left.allSatisfy { member in right.contains(member) }
        }
        let values = Dictionary(right.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        return left.allSatisfy { values[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            sum &+= member.hashValue
        }
        hasher.combine(count)
        hasher.combine(sum)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Of two members with one key the later stays, at the earlier one's place.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(lastOfEach: elements)
    }
}
