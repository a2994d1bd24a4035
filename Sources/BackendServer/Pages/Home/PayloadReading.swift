import OperationCatalogue

/// Members of payloads as the pages need them. What is missing or of another kind is `nil`: a page shows what is there.
extension JSONValue {
    func text(_ member: PayloadMember) -> String? { self[member]?.stringValue }

    func number(_ member: PayloadMember) -> Double? { self[member]?.doubleValue }

    func time(_ member: PayloadMember) -> Timestamp? { text(member).flatMap { Timestamp($0) } }

    func texts(_ member: PayloadMember) -> [String] {
        self[member]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    func mood(_ member: PayloadMember) -> Mood? {
        guard let mood = self[member.name], let r = mood[.moodStrength]?.doubleValue,
            let theta = mood[.moodAngle]?.doubleValue
        else { return nil }
        return Mood(r: r, theta: theta)
    }
}
