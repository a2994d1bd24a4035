extension Stylesheet {
    /// The live log.
    static let records = """
        .log { max-height: 30rem; margin: 0 -0.5rem; padding: 0 0.5rem; overflow-y: auto; overscroll-behavior: contain; }
        .log li {
          display: grid; grid-template-columns: 1rem minmax(0, 1fr); gap: 0 0.5rem; padding: 0.55rem 0;
          border-top: 1px solid var(--line);
        }
        .log li:first-child { border-top: 0; }
        .log ol:empty::before { content: "Nothing yet."; color: var(--soft); font-size: 0.9rem; }
        .log .what { overflow-wrap: anywhere; }
        .log .op { font-weight: 600; }
        .log .subject { color: var(--ink); }
        .log .message { display: block; color: var(--bad); font-size: 0.9rem; }
        .log .meta { grid-column: 2; color: var(--soft); font-size: 0.82rem; font-variant-numeric: tabular-nums; }
        .mark { width: 0.6rem; height: 0.6rem; margin-top: 0.5rem; border-radius: 50%; background: var(--good); }
        .failed .mark { border-radius: 0; background: var(--bad); transform: rotate(45deg); }
        .unknown .mark { border-radius: 0; background: var(--warm); }
        .under-way .mark { border: 2px solid var(--warm); background: none; }
        .log .new { animation: arrive 1.6s ease-out; }
        @keyframes arrive { from { background: var(--tint); } }

        """
}
