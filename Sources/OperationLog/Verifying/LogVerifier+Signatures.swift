/// Keys and signatures.
extension LogVerifier {
    mutating func settleHeader(_ record: SealedRecord, _ body: UnsafeRawBufferPointer, at place: LinePlace) {
        guard let index = trails.index(forKey: record.head.writer) else { return }
        guard let text = HeaderMembers.key(in: body) else {
            if trails.values[index].key == .unknown, !trusted.isEmpty {
                report(.signature, place, "begins records that are not signed, though a key was given to verify with")
            }
            trails.values[index].key = .none
            return
        }
        let key = keyIndex(of: text)
        if trails.values[index].key != .known(key), !trusted.isEmpty, !trusted.contains(where: { $0.text == text }) {
            report(.signature, place, "names another key for its writer's signatures than was given to verify with")
        }
        trails.values[index].key = .known(key)
    }

    private mutating func keyIndex(of text: String) -> Int {
        if let index = keyIndices[text] { return index }
        // More would be no keys of one log.
        guard keys.count < 10_000 else { return keys.count - 1 }
        keys.append(LogPublicKey(text))
        keyIndices[text] = keys.count - 1
        summary.keys.append(text)
        return keys.count - 1
    }

    mutating func checkSignature(of record: SealedRecord, at place: LinePlace) {
        guard let index = trails.index(forKey: record.head.writer) else { return }
        let accepted: [LogPublicKey]
        switch (trails.values[index].key, record.signature) {
        case (.none, nil): return
        case (.none, _?):
            report(.signature, place, "has a signature, though its writer names no key")
            return
        case (.known, nil):
            report(.signature, place, "lacks its signature, though its writer signs")
            return
        case (.unknown, nil): return
        case (.unknown, _?): accepted = trusted
        case (.known(let key), _?): accepted = keys[key].map { [$0] } ?? []
        }
        guard let signature = record.signature else { return }
        if accepted.contains(where: { $0.isSignature(signature, of: record.hash) }) {
            summary.signedCheckpoints += 1
            trails.values[index].unsigned = 0
        } else if trails.values[index].key != .unknown || !trusted.isEmpty {
            report(
                .signature, place,
                "has a signature that is not its writer's: it was changed, or records before it were written anew")
        }
    }
}
