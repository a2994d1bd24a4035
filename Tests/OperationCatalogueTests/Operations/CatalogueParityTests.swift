import Testing

@testable import OperationCatalogue

@Suite("The catalogue holds together")
struct CatalogueParityTests {
    static let definitions = Catalogue.standard.definitions

    private func examples(of definition: OperationDefinition) -> JSONObject {
        var arguments = JSONObject()
        for field in definition.fields { arguments.append(field.name, field.example) }
        return arguments
    }

    @Test("It has the operations of the seed and those that were added, each once")
    func names() {
        let names = Self.definitions.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(
            names.sorted() == [
                "complete_auth", "create_task", "delete_task", "export_tasks", "fold_task", "get_daily_tasks",
                "get_mood_history", "get_task", "import_tasks", "list_tasks", "logout", "merge_task", "move_task",
                "search_tasks", "set_task_status",
                "split_task", "start_auth", "update_task", "whoami",
            ])
        let added = Self.definitions.filter { $0.toolset == .extended }.map(\.name)
        #expect(added == ["move_task", "delete_task", "search_tasks", "export_tasks", "import_tasks"])
        for name in names { #expect(Catalogue.standard.definition(of: name)?.name == name) }
        #expect(Catalogue.standard.definition(of: "Create_task") == nil)
    }

    @Test("Names are snake_case, titles and summaries are written as such", arguments: definitions)
    func texts(definition: OperationDefinition) throws {
        #expect(definition.name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
        #expect(definition.title.first?.isUppercase == true)
        #expect(definition.title.last?.isPunctuation == false)
        #expect(definition.title.count <= 40)
        #expect(definition.summary.first?.isUppercase == true)
        #expect(definition.summary.last == ".")
        #expect(!definition.summary.contains("\n"))
        #expect(!definition.summary.contains("  "))
        #expect(definition.guidance.first?.isLetter == true && definition.guidance.last == ".")
        #expect(!definition.guidance.contains("\n") && !definition.guidance.contains("  "))
        #expect(Set(definition.fields.map(\.name)).count == definition.fields.count)
        for field in definition.fields {
            #expect(field.name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
            #expect(field.summary.first?.isUppercase == true)
            #expect(field.summary.last == ".")
            #expect(!field.summary.contains("\n"))
        }
    }

    @Test("Only a field that may be absent has a default", arguments: definitions)
    func defaults(definition: OperationDefinition) {
        for field in definition.fields where field.presence != .optional { #expect(field.defaultValue == nil) }
    }

    @Test("The examples of all fields together resolve, so each defined field is taken", arguments: definitions)
    func examplesResolve(definition: OperationDefinition) throws {
        let resolved = try Catalogue.standard.resolve(definition.name, examples(of: definition))
        #expect(resolved.definition === definition)
    }

    @Test("The defaults resolve, and so does null where the presence allows it", arguments: definitions)
    func defaultsAndNulls(definition: OperationDefinition) throws {
        for field in definition.fields {
            var arguments = examples(of: definition)
            if let defaultValue = field.defaultValue {
                arguments[field.name] = defaultValue
                _ = try Catalogue.standard.resolve(definition.name, arguments)
            }
            arguments[field.name] = .null
            let accepted = try? Catalogue.standard.resolve(definition.name, arguments)
            let isRefused = accepted == nil
            #expect(isRefused == (field.presence == .required || field.presence == .keepable))
        }
    }

    @Test("An absent field is a fault exactly where it is required", arguments: definitions)
    func absence(definition: OperationDefinition) throws {
        var faults: [String] = []
        do {
            _ = try Catalogue.standard.resolve(definition.name, [:])
        } catch {
            faults = error.faults.map(\.place)
            #expect(error.faults.allSatisfy { $0.message == "is required" })
        }
        #expect(faults == definition.fields.filter { $0.presence == .required }.map(\.name))
    }

    @Test(
        "Each field of a wrong type is refused by its name, so the initialiser reads it as it is defined",
        arguments: definitions)
    func wrongTypes(definition: OperationDefinition) {
        var arguments = JSONObject()
        for field in definition.fields { arguments.append(field.name, [["nested": true]]) }
        let error = #expect(throws: OperationError.self) {
            if definition.fields.isEmpty { throw OperationError(.invalidArguments, "") }
            _ = try Catalogue.standard.resolve(definition.name, arguments)
        }
        #expect(Set(error?.faults.compactMap(\.path.first) ?? []) == Set(definition.fields.map(\.name)))
    }

    @Test("No initialiser takes a field that its definition lacks")
    func nothingUndefined() throws {
        // Every name that any operation knows, given to each: what is taken without being defined would not be refused.
        let all = Set(Self.definitions.flatMap { $0.fields.map(\.name) })
        for definition in Self.definitions {
            var arguments = examples(of: definition)
            let foreign = all.subtracting(definition.fields.map(\.name)).sorted()
            for name in foreign { arguments.append(name, .bool(true)) }
            let error = #expect(throws: OperationError.self) {
                try Catalogue.standard.resolve(definition.name, arguments)
            }
            #expect(error?.faults.count == min(foreign.count, 20))
            #expect(error?.faults.allSatisfy { $0.message.hasPrefix("unknown field") } == true)
        }
    }

    @Test("Reads change nothing and are idempotent; what takes something away is marked")
    func effects() {
        let reads = [
            "whoami", "list_tasks", "get_task", "get_daily_tasks", "get_mood_history", "search_tasks", "export_tasks",
        ]
        for definition in Self.definitions {
            #expect((definition.effect == .read) == reads.contains(definition.name))
            #expect((definition.effect == .destroy) == ["delete_task", "logout"].contains(definition.name))
            #expect(definition.isWrite == (definition.effect != .read))
            if definition.effect == .read { #expect(definition.isIdempotent) }
            if ["create_task", "split_task", "fold_task", "merge_task"].contains(definition.name) {
                #expect(!definition.isIdempotent)
            }
        }
        #expect(Self.definitions.filter { $0.effectOnOthers == .removesTask }.map(\.name) == ["delete_task"])
    }
}

extension OperationDefinition: CustomTestStringConvertible {
    package var testDescription: String { name }
}
