import BatchFrontend
import Glibc
import YAMLEvents

/// Shows where a script is wrong: the place, the sentence, the line and a caret under it.
enum FaultReport {
    /// How much of a long line is shown where that is no terminal, in columns.
    static let width = 120

    static func text(_ fault: PlacedFault) -> String {
        let headline = fault.headline.namingInvisibles.escapedForTerminal
        guard let excerpt = excerpt(fault) else { return headline + "\n" }
        return "\(headline)\n\(excerpt)"
    }

    private static func excerpt(_ fault: PlacedFault) -> String? {
        guard fault.file != "-", let line = SourceLine.read(fault.fault.mark.line, of: fault.file) else { return nil }
        let columns = TerminalSize.columns(of: STDERR_FILENO).map { max(20, $0 - indentation.count - 1) } ?? width
        guard let excerpt = LineExcerpt(of: line, column: fault.fault.mark.column, columns: columns) else { return nil }
        let caret = String(repeating: " ", count: excerpt.caret) + "^"
        return "\(indentation)\(excerpt.text)\n\(indentation)\(caret)\n"
    }

    private static let indentation = "    "
}

/// A part of a line as a terminal shows it, and where in it a character is.
struct LineExcerpt {
    let text: String
    /// How many columns come before the character.
    let caret: Int

    /// What a terminal has between two stops of a tab.
    private static let tab = 8

    /// The part of the line around a character that fits; `nil` of an empty line.
    ///
    /// - Parameter column: the character's number in the line, from 1; one behind the last is the end of the line.
    init?(of line: String, column: Int, columns: Int) {
        let all = Array(line.unicodeScalars)
        guard !all.isEmpty else { return nil }
        // No more is looked at than could be shown: lines may be very long.
        let place = min(max(column, 1) - 1, all.count)
        let first = max(0, place - columns)
        let scalars = all[first..<min(all.count, place + columns)]
        let marked = place - first
        var cells: [(text: String, width: Int)] = []
        var position = 0
        for scalar in scalars {
            let cell = Self.cell(of: scalar, at: position)
            position += cell.width
            cells.append(cell)
        }
        // The character in the middle, where the line is too long; as many before it as fit into half of the room.
        var (start, end) = (0, cells.count)
        if position > columns {
            let before = cells[..<marked].reduce(0) { $0 + $1.width }
            var skipped = max(0, min(before - columns / 2, position - columns))
            while skipped > 0, start < marked {
                skipped -= cells[start].width
                start += 1
            }
            var room = columns
            end = start
            while end < cells.count, cells[end].width <= room {
                room -= cells[end].width
                end += 1
            }
        }
        text = cells[start..<end].map(\.text).joined()
        caret = cells[min(start, marked)..<marked].reduce(0) { $0 + $1.width }
    }

    /// What stands for a character, and its columns: a tab goes on to the next stop, and what nobody can see stands as its
    /// number.
    private static func cell(of scalar: Unicode.Scalar, at position: Int) -> (text: String, width: Int) {
        if scalar == "\t" {
            let width = tab - position % tab
            return (String(repeating: " ", count: width), width)
        }
        if scalar.isInvisible || !scalar.isShownOnTerminal {
            let number = "<\(scalar.number)>"
            return (number, number.count)
        }
        return (String(scalar), scalar.terminalWidth)
    }
}

extension String {
    /// The text with the numbers of characters that nobody can see in their place, and their names behind it.
    var namingInvisibles: String {
        var names: [String] = []
        var text = ""
        for scalar in unicodeScalars {
            // What would steer a terminal is escaped by whoever writes the text there.
            guard scalar.isInvisible, scalar.properties.generalCategory != .control else {
                text.unicodeScalars.append(scalar)
                continue
            }
            text += "<\(scalar.number)>"
            if !names.contains(scalar.numberAndName) { names.append(scalar.numberAndName) }
        }
        guard !names.isEmpty else { return self }
        return "\(text) (there is \(names.joined(separator: " and ")), which cannot be seen)"
    }
}
