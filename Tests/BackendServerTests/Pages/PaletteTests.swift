import BackendServer
import Foundation
import Testing

@Suite("The colours")
struct PaletteTests {
    @Test("A text can be told from what is behind it (WCAG 2.2, 1.4.3: 4.5 to 1)", arguments: [Palette.light, .dark])
    func textsAreReadable(_ palette: Palette) {
        for (text, surfaces) in Palette.texts {
            for behind in surfaces {
                let contrast = Self.contrast(palette[text], palette[behind])
                #expect(contrast >= 4.5, "\(text) on \(behind): \(contrast)")
            }
        }
    }

    @Test("Edges of fields and buttons can be told from the card (1.4.11: 3 to 1)", arguments: [Palette.light, .dark])
    func edgesAreSeen(_ palette: Palette) {
        #expect(Self.contrast(palette[.edge], palette[.card]) >= 3)
        #expect(Self.contrast(palette[.accent], palette[.card]) >= 3)
    }

    @Test("The measure itself: black on white is 21 to 1, a colour on itself 1 to 1")
    func measuresContrast() {
        #expect(Self.contrast(Palette.Colour(value: 0), Palette.Colour(value: 0xFFFFFF)) == 21)
        #expect(Self.contrast(Palette.Colour(value: 0x777777), Palette.Colour(value: 0x777777)) == 1)
    }

    @Test("The style sheet defines every colour that it uses, in both schemes, and no other")
    func definesColours() {
        let used = Set(Stylesheet.text.matches(of: #/var\(--([a-z-]+)\)/#).map { String($0.1) })
        #expect(used == Set(Palette.Role.allCases.map(\.rawValue)))
        for palette in [Palette.light, .dark] {
            for role in Palette.Role.allCases {
                #expect(Stylesheet.text.contains("--\(role.rawValue): \(palette[role].text);"), "\(role)")
            }
        }
    }

    @Test("The style sheet loads nothing")
    func loadsNothing() {
        #expect(!Stylesheet.text.contains("url(") && !Stylesheet.text.contains("@import"))
    }

    /// WCAG 2.2's contrast ratio.
    private static func contrast(_ one: Palette.Colour, _ other: Palette.Colour) -> Double {
        let (darker, lighter) = (min(luminance(one), luminance(other)), max(luminance(one), luminance(other)))
        return (lighter + 0.05) / (darker + 0.05)
    }

    /// WCAG 2.2's relative luminance of an sRGB colour.
    private static func luminance(_ colour: Palette.Colour) -> Double {
        let channels = [16, 8, 0].map { shift -> Double in
            let value = Double(colour.value >> UInt32(shift) & 0xFF) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
}
