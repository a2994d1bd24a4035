import Glibc
import Testing

@testable import YAMLEvents

/// The first error of reading all events of a text.
func firstError(of bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) -> YAMLError? {
    do throws(YAMLError) {
        var reader = try YAMLEventReader(bytes: bytes, limits: limits)
        while true {
            if case .streamEnd = try reader.next() { return nil }
        }
    } catch {
        return error
    }
}

func firstError(of text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLError? {
    firstError(of: Array(text.utf8), limits: limits)
}

/// The root of the first document of a text.
func compose(_ text: String, limits: YAMLLimits = YAMLLimits()) throws(YAMLError) -> YAMLNode? {
    var composer = try YAMLComposer(bytes: Array(text.utf8), limits: limits)
    return try composer.composeDocument()
}

/// The error of composing the first document of a text.
func composingError(_ text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLError? {
    do throws(YAMLError) {
        _ = try compose(text, limits: limits)
        return nil
    } catch {
        return error
    }
}

/// All events of a text.
func events(_ bytes: [UInt8]) throws(YAMLError) -> [YAMLEvent] {
    var reader = try YAMLEventReader(bytes: bytes)
    var events: [YAMLEvent] = []
    while true {
        let event = try reader.next()
        events.append(event)
        if case .streamEnd = event { return events }
    }
}

/// The texts of all scalars among events.
func scalars(_ events: [YAMLEvent]) -> [String] {
    events.compactMap { event in
        if case .scalar(let scalar, _) = event { scalar.value } else { nil }
    }
}

/// A real pipe.
struct PipeEnds: Sendable {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    /// Writes all bytes and closes; stops early when nobody reads.
    func write(_ bytes: [UInt8], chunk: Int) {
        var next = 0
        while next < bytes.count {
            let end = min(bytes.count, next + chunk)
            let written = bytes[next..<end].withUnsafeBytes { Glibc.write(writing, $0.baseAddress, $0.count) }
            if written <= 0 { break }
            next += written
        }
        close(writing)
    }

    func closeReading() { close(reading) }
}

/// A thread that may block on a pipe without taking one of the test runner's own. On it, writing to a pipe whose
/// reading end is closed is an error and not a signal.
final class WritingThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private var thread = pthread_t()

    init(_ run: @escaping @Sendable () -> Void) throws {
        let body = Unmanaged.passRetained(Body(run))
        let status = pthread_create(
            &thread, nil,
            { argument in
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            },
            body.toOpaque()
        )
        try #require(status == 0)
    }

    func join() { pthread_join(thread, nil) }
}
