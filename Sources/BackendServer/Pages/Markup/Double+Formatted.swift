extension Double {
    /// The number in decimal, rounded to at most so many digits (0 to 6) after the point, without zeros at its end: `-0.25`.
    /// What has no such form here (NaN, infinities, 1e12 and beyond) is `0`.
    func decimal(digits: Int) -> String {
        guard abs(self) < 1e12 else { return "0" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((abs(self) * scale).rounded())
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
        let sign = self < 0 && scaled != 0 ? "-" : ""
        guard rest > 0 else { return "\(sign)\(whole)" }
        var fraction = String(rest)
        fraction = String(repeating: "0", count: digits - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }

    /// ``decimal(digits:)`` as it is set in a text: with a minus sign in place of the hyphen.
    func formatted(digits: Int) -> String {
        let text = decimal(digits: digits)
        return text.hasPrefix("-") ? "−\(text.dropFirst())" : text
    }
}
