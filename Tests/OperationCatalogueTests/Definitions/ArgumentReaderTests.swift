import OperationCatalogue
import Testing

@Suite("Arguments taken one by one")
struct ArgumentReaderTests {
    private static let text = Field<String>("text", "A text.", presence: .required)
    private static let number = Field<Double>("number", "A number.", default: 0.25)
    private static let kept = Field<Bool>("kept", "A flag.", presence: .keepable)
    private static let cleared = Field<Int>("cleared", "An integer.", presence: .clearable)
    private static let token = Field<String>(
        "token", "A secret.", limits: FieldLimits(length: 1...4), isSecret: true)
    private static let definition = OperationDefinition(
        "probe", title: "Probe", summary: "Probe.", effect: .read, isIdempotent: true,
        fields: [text.definition, number.definition, kept.definition, cleared.definition], payload: .object(.task))

    private func faults(_ reader: ArgumentReader) -> [String] {
        reader.faults.map { "\($0.place): \($0.message)" }
    }

    @Test("Absent, null and a value each mean what the field's presence says")
    func presence() {
        var absent = ArgumentReader([:])
        #expect(absent.required(Self.text) == "")
        #expect(absent.optional(Self.number) == nil)
        #expect(absent.defaulted(Self.number, or: 1) == 0.25)
        #expect(absent.optional(Self.kept) == nil)
        #expect(absent.patch(Self.cleared) == .unchanged)
        #expect(faults(absent) == ["text: is required"])

        var null = ArgumentReader(["text": nil, "number": nil, "kept": nil, "cleared": nil])
        #expect(null.required(Self.text) == "")
        #expect(null.defaulted(Self.number, or: 1) == 0.25)
        #expect(null.optional(Self.kept) == nil)
        #expect(null.patch(Self.cleared) == .clear)
        #expect(
            faults(null) == [
                "text: expected a string, found null", "kept: must not be null; leave it out to keep it as it is",
            ])

        var there = ArgumentReader(["cleared": 3, "kept": true, "number": 2, "text": "a"])
        #expect(there.required(Self.text) == "a")
        #expect(there.defaulted(Self.number, or: 1) == 2)
        #expect(there.optional(Self.kept) == true)
        #expect(there.patch(Self.cleared) == .set(3))
        there.refuseTheRest(of: Self.definition)
        #expect(there.faults.isEmpty)
    }

    @Test("A faulty value is a fault and not the same as an absent one")
    func faulty() {
        var reader = ArgumentReader(["cleared": "3", "number": "2"])
        #expect(reader.patch(Self.cleared) == .unchanged)
        #expect(reader.optional(Self.number) == nil)
        #expect(reader.faults.map(\.path) == [["cleared"], ["number"]])
    }

    @Test("What nothing takes is refused, with the name that was probably meant")
    func unknown() {
        var reader = ArgumentReader(["text": "a", "numbr": 1, "zzz": 1, "5": 1])
        _ = reader.required(Self.text)
        reader.refuseTheRest(of: Self.definition)
        #expect(
            faults(reader) == [
                "numbr: unknown field; did you mean number?",
                "zzz: unknown field; expected one of text, number, kept, cleared",
                "5: unknown field; expected one of text, number, kept, cleared",
            ])
    }

    @Test("A list that is held as its text is taken as the field's value, and refused where no field takes it")
    func lists() {
        var list = JSONTextList()
        for number: Int64 in [1, 2] { list.append(JSONText(.integer(number))) }
        var reader = ArgumentReader([:], lists: ["text": list, "zzz": list])
        _ = reader.required(Self.text)
        reader.refuseTheRest(of: Self.definition)
        #expect(
            faults(reader) == [
                "text: expected a string, found an array of 2",
                "zzz: unknown field; expected one of text, number, kept, cleared",
            ])
    }

    @Test("Very many unknown fields, or very long ones, make no very long error")
    func manyUnknown() {
        var arguments = JSONObject()
        for index in 0..<5000 { arguments.append("unknown\(index)" + String(repeating: "x", count: 500), 1) }
        var reader = ArgumentReader(arguments)
        reader.refuseTheRest(of: Self.definition)
        #expect(reader.faults.count == 20)
        #expect(reader.faults.last?.message == "unknown field, as are 4980 more")
        #expect(faults(reader).joined().utf8.count < 5000)

        var twenty = JSONObject()
        for index in 0..<20 { twenty.append("unknown\(index)", 1) }
        var second = ArgumentReader(twenty)
        second.refuseTheRest(of: Self.definition)
        #expect(second.faults.count == 20)
        #expect(second.faults.last?.message.hasPrefix("unknown field; ") == true)
    }

    @Test("A value that is not known yet passes, its name does not pass unseen")
    func unknownValues() {
        let arguments: JSONObject = ["text": 5, "kept": nil, "number": "x", "extra": 1]
        var reader = ArgumentReader(arguments, ignoringValuesOf: ["text", "kept", "extra"])
        _ = reader.required(Self.text)
        _ = reader.optional(Self.kept)
        _ = reader.optional(Self.number)
        reader.refuseTheRest(of: Self.definition)
        #expect(reader.faults.map(\.path) == [["number"], ["extra"]])
    }

    @Test("The value of a secret field stands in no error")
    func secrets() {
        var reader = ArgumentReader(["token": "hunter2"])
        #expect(reader.optional(Self.token) == nil)
        var mistyped = ArgumentReader(["token": ["hunter2": 1]])
        #expect(mistyped.optional(Self.token) == nil)
        var number = ArgumentReader(["token": 4711])
        #expect(number.optional(Self.token) == nil)
        for message in faults(reader) + faults(mistyped) + faults(number) {
            #expect(message == "token: is not valid; a secret is not shown")
        }
        #expect(number.faults.count == 1)
    }

    @Test("Places are written as people write them")
    func places() {
        #expect(ArgumentFault(path: ["labels", "2"], message: "").place == "labels[2]")
        #expect(ArgumentFault(path: ["mood_start", "r"], message: "").place == "mood_start.r")
        #expect(ArgumentFault(path: ["steps", "1", "args"], message: "").place == "steps[1].args")
        #expect(ArgumentFault(path: ["5"], message: "").place == "5")
        #expect(ArgumentFault(path: [], message: "").place == "")
    }
}
