package import OperationCatalogue

/// The page that somebody who is signed in sees first: today's list, all tasks, the moods and the log as it grows.
package struct HomePage: Hashable, Sendable {
    package let visitor: Visitor
    package let today: [TodayEntry]
    package let tree: TaskTree
    package let moods: [MoodEntry]
    /// The latest first.
    package let log: [LogEntry]
    /// How far the log had come.
    package let mark: FeedMark?
    package let now: Timestamp
    /// Why a change was not made, in a sentence.
    package let fault: String?

    /// So many operations of the log are shown.
    package static let logLength = 50

    /// - Parameters:
    ///   - today: the payload of `get_daily_tasks`.
    ///   - tasks: the payload of `list_tasks`.
    ///   - moods: the payload of `get_mood_history`.
    ///   - records: records of the log, the latest first, whose operations are this visitor's.
    ///   - mark: where in the feed of records the page stands; `nil` where there is none.
    package init(
        visitor: Visitor, today: JSONValue, tasks: JSONValue, moods: JSONValue, records: [JSONValue],
        mark: FeedMark? = nil, now: Timestamp, fault: String? = nil
    ) {
        self.visitor = visitor
        self.today = today.arrayValue?.compactMap { TodayEntry($0) } ?? []
        tree = TaskTree(tasks)
        self.moods = moods.arrayValue?.compactMap { MoodEntry($0) } ?? []
        log = Array(LogEntry.operations(in: records).prefix(Self.logLength))
        self.mark = mark
        self.now = now
        self.fault = fault
    }

    package var html: String {
        Document(
            title: "Tasks", visitor: visitor, current: .home, isNarrow: false, script: .liveScript,
            content: """
                <h1 class="unseen">Tasks</h1>\(fault.map { "\n\(Notice(.fault, $0).html)" as HTML })
                <p id="changed" class="notice success" role="status" hidden="hidden">Tasks have changed since \
                \(now.element("\(now.hourAndMinute) UTC")). <a href="\(PagePath.home)">Show them as they are now</a></p>
                <div class="columns">
                <div class="column">
                <section class="card" aria-labelledby="today">
                <h2 id="today">Today</h2>
                \(todayList)
                </section>
                <section class="card" aria-labelledby="all">
                <h2 id="all">All tasks</h2>
                \(tree.html(for: visitor, at: now))
                </section>
                </div>
                <div class="column">
                <section class="card" aria-labelledby="log-title">
                <h2 id="log-title">Log</h2>
                \(logList)
                </section>
                <section class="card" aria-labelledby="moods">
                <h2 id="moods">Moods</h2>
                \(MoodHistory(moods).html)
                </section>
                </div>
                </div>
                """
        ).html.text
    }

    private var todayList: HTML {
        guard !today.isEmpty else { return "<p class=\"nothing\">Nothing asks for you today.</p>" }
        return "<ol class=\"today\">\n\(today.map { $0.item(for: visitor) }.lines())\n</ol>"
    }

    /// Where what comes after this page is told.
    private var events: String {
        PagePath.events.rawValue + (mark.map { "?\(FormField.after.rawValue)=\($0.count)" } ?? "")
    }

    private var logList: HTML {
        """
        <p id="live" class="hint" data-events="\(events)" data-most="\(Self.logLength)" role="status">As of \
        \(now.element("\(now.clock) UTC")). <a href="\(PagePath.home)#log-title">Load it anew</a></p>
        <div class="log" role="log" aria-labelledby="log-title" tabindex="0">
        <ol id="log">\(log.map(\.item).lines())</ol>
        </div>
        """
    }
}
