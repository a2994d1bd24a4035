import OperationCatalogue
import OperationPipeline

extension RecordEncoder {
    /// A request that a server has answered, or many alike.
    mutating func access(_ served: ServedRequest, sequence: UInt64) {
        beginRecord(sequence)
        buffer.append(",\"door\":\"http\"")
        if let user = served.user {
            buffer.append(",\"user\":")
            name(user)
        }
        buffer.append(",\"address\":")
        name(served.address)
        if let agent = served.agent {
            buffer.append(",\"agent\":")
            name(agent)
        }
        if let trace = served.trace { self.trace(trace) }
        buffer.append(",\"method\":")
        name(served.method)
        buffer.append(",\"path\":")
        name(served.path)
        buffer.append(",\"http_status\":")
        buffer.append(decimal: served.status)
        if let bytes = served.bytes {
            buffer.append(",\"bytes\":")
            buffer.append(decimal: bytes)
        }
        buffer.append(",\"ms\":")
        buffer.append(thousandths: served.nanoseconds / 1000)
        if let sum = served.sum {
            buffer.append(",\"count\":")
            buffer.append(decimal: sum.count)
            buffer.append(",\"until\":")
            string(sum.until.text(fractionDigits: 6))
        }
        endRecord()
    }
}
