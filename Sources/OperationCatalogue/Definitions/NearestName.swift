/// The name that was most likely meant, if one is near enough: at most a third of the letters differ.
package func nearest(to name: String, among candidates: [String]) -> String? {
    // A name of a thousand characters is no misspelling, and the comparison is quadratic.
    guard name.utf8.count <= 64 else { return nil }
    let ranked = candidates.map { ($0, editDistance(name, $0)) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 * 3 <= max(name.count, best.0.count) else { return nil }
    return best.0
}

/// The distance of two short texts in characters: insertions, deletions, substitutions and exchanges of neighbours (the
/// optimal string alignment distance).
private func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var (secondLast, last) = ([Int](), Array(0...right.count))
    for line in left.indices {
        var row = [line + 1]
        for index in right.indices {
            let substitution = last[index] + (right[index] == left[line] ? 0 : 1)
            var best = min(substitution, last[index + 1] + 1, row[index] + 1)
            if line > 0, index > 0, left[line] == right[index - 1], left[line - 1] == right[index] {
                best = min(best, secondLast[index - 1] + 1)
            }
            row.append(best)
        }
        (secondLast, last) = (last, row)
    }
    return last[right.count]
}
