import Foundation
import Glibc

/// A descriptor to read a text from that ends there, as a pipe does. (Sockets can be made so that no process that another
/// test starts at the same moment inherits them.)
final class GivenInput: Sendable {
    let descriptor: CInt

    init(_ text: String) throws {
        var ends: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
        descriptor = ends[0]
        _ = Array(text.utf8).withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        close(ends[1])
    }

    deinit {
        close(descriptor)
    }
}
