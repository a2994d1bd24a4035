package import OperationCatalogue

/// A request that a server has answered, as the record shows it; or the last of many that are summed up.
package struct ServedRequest: Sendable {
    package let method: String
    /// Decoded, without the query, which may hold a code.
    package let path: String
    /// The HTTP status of the answer.
    package let status: Int
    /// The network address of the client, without its port.
    package let address: String
    /// On whose behalf it was; `nil` where nobody is signed in.
    package let user: String?
    /// What the client calls itself (`User-Agent`).
    package let agent: String?
    package let trace: TraceContext?
    /// The length of the answer's body; `nil` of one that goes on for as long as the connection.
    package let bytes: Int?
    /// From the request's head to the answer.
    package let nanoseconds: UInt64
    /// Of many alike that stand in one record: how many they are, and when the last of them was answered.
    package let sum: Sum?

    package struct Sum: Sendable {
        package let count: Int
        package let until: Timestamp

        package init(count: Int, until: Timestamp) {
            self.count = count
            self.until = until
        }
    }

    package init(
        method: String, path: String, status: Int, address: String, user: String?, agent: String?,
        trace: TraceContext?, bytes: Int?, nanoseconds: UInt64, sum: Sum? = nil
    ) {
        self.sum = sum
        self.method = method
        self.path = path
        self.status = status
        self.address = address
        self.user = user
        self.agent = agent
        self.trace = trace
        self.bytes = bytes
        self.nanoseconds = nanoseconds
    }
}
