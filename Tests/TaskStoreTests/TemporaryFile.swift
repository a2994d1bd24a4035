import Foundation
import OperationCatalogue

/// A path in a folder of its own, which goes at the end of the test.
final class TemporaryFile: Sendable {
    private let folder: String
    var path: String { folder + "/tasks.sqlite" }

    init() throws {
        folder = NSTemporaryDirectory() + "deferno-store-\(UniqueIdentifier.version7())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
