/// The colours of the pages, once for a light and once for a dark surrounding. Every pair of a text's colour and the one
/// behind it keeps to WCAG 2.2, level AA (success criteria 1.4.3 and 1.4.11).
package struct Palette: Hashable, Sendable {
    /// The names that the style sheet knows a colour by: `--ink`.
    package enum Role: String, Hashable, Sendable, CaseIterable {
        /// Behind everything.
        case paper
        /// Behind a card.
        case card
        /// Behind what stands out a little: labels, hints, code.
        case tint
        /// Lines that only separate.
        case line
        /// The edges of fields and buttons.
        case edge
        /// Text.
        case ink
        /// Text that can wait.
        case soft
        /// Links, the main button, the mark.
        case accent
        /// Text on the accent.
        case onAccent = "on-accent"
        case good
        case warm
        case cool
        case bad
    }

    /// A colour of sRGB.
    package struct Colour: Hashable, Sendable {
        /// `0xRRGGBB`
        package let value: UInt32

        package init(value: UInt32) {
            self.value = value
        }

        /// `#rrggbb`
        package var text: String {
            let digits = String(value, radix: 16)
            return "#" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        }
    }

    private let values: [Role: UInt32]

    package subscript(role: Role) -> Colour { Colour(value: values[role] ?? 0) }

    /// The custom properties for a rule of the style sheet.
    var properties: String {
        Role.allCases.map { "--\($0.rawValue): \(self[$0].text);" }.joined(separator: " ")
    }

    package static let light = Palette(values: [
        .paper: 0xF8F6F2, .card: 0xFFFFFF, .tint: 0xF3EFE8, .line: 0xE5DFD5, .edge: 0x8C8577,
        .ink: 0x24211C, .soft: 0x635C51, .accent: 0xA8401C, .onAccent: 0xFFFFFF,
        .good: 0x28683F, .warm: 0x855300, .cool: 0x2F5B96, .bad: 0xA3262E,
    ])

    package static let dark = Palette(values: [
        .paper: 0x161513, .card: 0x1F1D1A, .tint: 0x2A2723, .line: 0x36322D, .edge: 0x857D70,
        .ink: 0xEDE9E2, .soft: 0xADA598, .accent: 0xF0916A, .onAccent: 0x241008,
        .good: 0x86C99A, .warm: 0xE6B566, .cool: 0x9DBDF0, .bad: 0xF5938C,
    ])

    /// Which colour stands on which as text, or as a part that must be told from it.
    package static let texts: [(text: Role, behind: [Role])] = [
        (.ink, [.paper, .card, .tint]), (.soft, [.paper, .card, .tint]), (.accent, [.paper, .card, .tint]),
        (.onAccent, [.accent]), (.good, [.paper, .card, .tint]), (.warm, [.card, .tint]), (.cool, [.card, .tint]),
        (.bad, [.paper, .card, .tint]),
    ]
}
