import ArgumentParser
import OperationCatalogue
import OperationLog

/// `deferno log keygen`: a key that signs the log.
struct LogKeygenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a key that signs the log, so that nobody without it can write a part of the log anew unseen.",
        discussion: """
            Writes the private key to the file named (0600) and its public part to the same name with .pub at the end: \
            Ed25519, as openssl reads and writes it. Name the private key in the setting log_key, and give the public part \
            to whoever runs `deferno log verify --key`.
            """
    )

    @Argument(help: ArgumentHelp("The file of the private key.", valueName: "file"))
    var path: String

    func run() throws {
        let file = LogKeyFile(path: path)
        let key = LogKey.generate()
        do throws(OperationError) {
            try file.write(key)
        } catch {
            throw error.reported()
        }
        StandardStream.output.writeNow(
            "The private key is in \(file.path.escapedForTerminal), "
                + "its public part in \(file.publicPath.escapedForTerminal):\n\(key.publicKey)\n")
        if let status = StandardStream.output.failureStatus { throw status.exitCode }
    }
}
