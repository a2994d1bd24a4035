package import OperationCatalogue

/// A program's wish to be signed in, as the page that approves it shows it.
package struct CLIRequest: Hashable, Sendable {
    /// The pending sign-in, which the form sends back.
    package let session: String
    /// What the program calls itself, which nobody has checked.
    package let client: String?
    /// Where it asks from.
    package let address: String
    package let time: Timestamp
    package let now: Timestamp

    /// A longer name is cut, since it could push what matters out of sight.
    static let longestClient = 120

    package init(session: String, client: String?, address: String, time: Timestamp, now: Timestamp) {
        self.session = session
        self.client = client
        self.address = address
        self.time = time
        self.now = now
    }

    var list: HTML {
        """
        <dl class="facts">
        <dt>Program</dt>
        <dd>\(clientName)</dd>
        <dt>Address</dt>
        <dd><bdi>\(address)</bdi></dd>
        <dt>Asked</dt>
        <dd>\(time.element("\(time.ago(at: now)) (\(time.hourAndMinute) UTC)"))</dd>
        </dl>
        """
    }

    /// In an element of its own direction, so that no character in it can turn round what stands beside it.
    private var clientName: HTML {
        guard let client, !client.isEmpty else { return "does not say what it is" }
        let name = client.count > Self.longestClient ? client.prefix(Self.longestClient) + "…" : client[...]
        return "<bdi>\(name)</bdi>"
    }
}
