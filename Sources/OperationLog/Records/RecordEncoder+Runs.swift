import OperationCatalogue
import OperationPipeline

/// The records of runs of scripts.
extension RecordEncoder {
    mutating func beginning(_ run: RunBeginning, sequence: UInt64) {
        beginRecord(sequence)
        caller(run.caller)
        files(run.files)
        if !run.variables.isEmpty {
            let variables = JSONText(.object(run.variables)).bytes
            if variables.count <= Self.payloadLimit {
                buffer.append(",\"vars\":")
                buffer.append(variables)
            } else {
                buffer.append(",\"vars_bytes\":")
                buffer.append(decimal: variables.count)
            }
        }
        endRecord()
    }

    mutating func ending(_ run: RunEnding, sequence: UInt64) {
        beginRecord(sequence)
        caller(run.caller)
        buffer.append(",\"status\":")
        string(run.status.rawValue)
        for status in OutcomeStatus.allCases {
            buffer.append(Array(",\"\(status.rawValue)\":".utf8))
            buffer.append(decimal: run.counts[status, default: 0])
        }
        buffer.append(",\"ms\":")
        buffer.append(thousandths: run.nanoseconds / 1000)
        if !run.files.isEmpty { files(run.files) }
        endRecord()
    }

    private mutating func files(_ files: [RunFile]) {
        let elements = files.map { file -> JSONValue in
            var object: JSONObject = ["file": .string(file.name.cut(to: Self.sentenceLimit))]
            if let digest = file.digest { object["sha256"] = .string(digest) }
            return .object(object)
        }
        buffer.append(",\"files\":")
        buffer.append(JSONText(.array(elements)).bytes)
    }
}
