/// The name that was most likely meant, if one is near enough: at most a third of the letters differ.
package func nearest(to name: String, among candidates: [String]) -> String? {
    // A name of a thousand characters is no misspelling, and the comparison is quadratic.
    guard name.utf8.count <= 64 else { return nil }
    let ranked = candidates.map { ($0, editDistance(name, $0)) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 * 3 <= max(name.count, best.0.count) else { return nil }
    return best.0
}

/// The Levenshtein distance of two short texts, in characters.
private func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (lineIndex, character) in left.enumerated() {
        var diagonal = row[0]
        row[0] = lineIndex + 1
        for index in right.indices {
            let substitution = diagonal + (right[index] == character ? 0 : 1)
            diagonal = row[index + 1]
            row[index + 1] = min(substitution, diagonal + 1, row[index] + 1)
        }
    }
    return row[right.count]
}
