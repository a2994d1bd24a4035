/// An operation with its arguments checked and typed: what a backend executes.
package enum TaskOperation: Sendable {
    case startAuth(StartAuth)
    case completeAuth(CompleteAuth)
    case logout(Logout)
    case whoAmI(WhoAmI)
    case listTasks(ListTasks)
    case getTask(GetTask)
    case createTask(CreateTask)
    case updateTask(UpdateTask)
    case setTaskStatus(SetTaskStatus)
    case splitTask(SplitTask)
    case foldTask(FoldTask)
    case mergeTask(MergeTask)
    case moveTask(MoveTask)
    case deleteTask(DeleteTask)
    case getDailyTasks(GetDailyTasks)
    case getMoodHistory(GetMoodHistory)
    case searchTasks(SearchTasks)
    case exportTasks(ExportTasks)
    case importTasks(ImportTasks)
}

/// One operation of the catalogue: its definition, and how its arguments become a value.
package protocol CatalogueOperation: Sendable {
    static var definition: OperationDefinition { get }
    /// Takes its arguments; what is wrong with them is in the reader's faults afterwards.
    init(_ arguments: inout ArgumentReader)
    var operation: TaskOperation { get }
}
