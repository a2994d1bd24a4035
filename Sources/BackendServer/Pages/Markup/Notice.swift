/// A sentence about what happened or went wrong, before everything else on a page.
struct Notice {
    enum Kind: String {
        case fault
        case success
    }

    let kind: Kind
    let sentence: String

    init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    var html: HTML {
        let role = kind == .fault ? "alert" : "status"
        return "<p class=\"notice \(kind.rawValue)\" role=\"\(role)\">\(sentence)</p>"
    }
}
