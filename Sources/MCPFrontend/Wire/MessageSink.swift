/// Where the messages to the client go.
package protocol MessageSink: Sendable {
    /// Adds whole lines to what is to be written. Does not wait.
    func append(_ lines: [UInt8])
    /// Begins to write what was added. Does not wait.
    func beginWriting()
    /// Bytes that were added and that the system has not taken yet.
    var backlog: Int { get }
    /// Bytes that the system has taken, in all: what rises while somebody reads.
    var taken: Int { get }
    /// Whether nobody reads any more: all that is added is dropped.
    var isBroken: Bool { get }
}
