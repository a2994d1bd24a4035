extension Stylesheet {
    /// Forms, fields and buttons. What can be pressed is at least 44 CSS pixels high, or 32 in a list (WCAG 2.2, 2.5.8 asks
    /// for 24).
    static let controls = """
        .stack { display: grid; gap: 1.1rem; }
        .inline { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem; }
        .inline .field { flex: 1 1 12rem; }
        .choice { display: flex; flex-wrap: wrap; gap: 0.75rem; }
        .field { display: grid; gap: 0.35rem; }
        label { font-size: 0.95rem; font-weight: 600; }
        input[type="text"], input[type="password"] {
          width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; border: 1px solid var(--edge); border-radius: 0.55rem;
          background: var(--card); color: inherit; font: inherit;
        }
        input[readonly] { border-color: var(--line); background: var(--tint); }
        input:hover { border-color: var(--ink); }
        button {
          min-height: 2.75rem; padding: 0.5rem 1.25rem; border: 1px solid transparent; border-radius: 0.55rem;
          background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer;
        }
        button:hover { box-shadow: inset 0 0 0 2rem rgb(0 0 0 / 8%); }
        .choice button { flex: 1 1 8rem; }
        button.secondary, button.small { border-color: var(--edge); background: var(--card); color: var(--ink); }
        button.small { min-height: 2rem; padding: 0.15rem 0.7rem; font-size: 0.88rem; font-weight: 500; }
        button.quiet { padding: 0.5rem 0.25rem; background: none; color: var(--accent); font-weight: 500; }
        button.danger { border-color: var(--bad); background: var(--card); color: var(--bad); }
        summary { cursor: pointer; }

        .facts {
          display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.4rem 1rem; margin: 0; padding: 1rem;
          border-radius: 0.6rem; background: var(--tint);
        }
        .facts dt { color: var(--soft); }
        .facts dd { margin: 0; overflow-wrap: anywhere; }
        .code {
          display: flex; justify-content: center; gap: 0.5em; padding: 1.5rem 0.5rem; border-radius: 0.6rem;
          background: var(--tint); font: 650 clamp(1.9rem, 10vw, 2.9rem)/1.1 ui-monospace, "SF Mono", "Cascadia Mono", Menlo,
            "Noto Sans Mono", "Liberation Mono", monospace;
          letter-spacing: 0.08em; user-select: all; -webkit-user-select: all;
        }
        .secret { display: block; padding: 0.75rem 1rem; overflow-wrap: anywhere; user-select: all; -webkit-user-select: all; }
        .fresh { border-color: var(--good); }

        .tokens { display: grid; gap: 0.75rem; }
        .tokens > li {
          display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; padding: 1rem 1.25rem;
          border: 1px solid var(--line); border-radius: 0.9rem; background: var(--card);
        }
        .tokens .what { flex: 1 1 14rem; min-width: 0; }
        .change summary { padding: 0.4rem 0; color: var(--accent); font-size: 0.95rem; }
        .change[open] { flex-basis: 100%; order: 1; }
        .change[open] form { padding-top: 0.5rem; }
        .change p { flex: 1 1 12rem; }

        """
}
