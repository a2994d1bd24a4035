extension Stylesheet {
    /// Type, spaces, and the frame around each page. Sizes follow a scale of 1.2 from 1 rem; spaces are multiples of
    /// 0.25 rem.
    static let frame = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
        body {
          margin: 0; min-height: 100vh; background: var(--paper); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
        }
        h1, h2 { margin: 0; line-height: 1.2; letter-spacing: -0.015em; }
        h1 { font-size: 1.728rem; font-weight: 680; }
        h2 { font-size: 1.2rem; font-weight: 650; }
        p { margin: 0; }
        a { color: var(--accent); text-underline-offset: 0.18em; text-decoration-thickness: 0.06em; }
        a:hover { text-decoration-thickness: 0.12em; }
        ul, ol { margin: 0; padding: 0; list-style: none; }
        bdi { overflow-wrap: anywhere; }
        code, .secret, .op {
          font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, "Noto Sans Mono", "Liberation Mono", monospace;
          font-size: 0.9em;
        }
        code { padding: 0.1em 0.35em; border-radius: 0.3em; background: var(--tint); overflow-wrap: anywhere; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 0.3rem; }
        main:focus { outline: none; }
        [hidden] { display: none !important; }
        .unseen {
          position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
          white-space: nowrap;
        }
        .skip { position: absolute; left: 1rem; top: -4rem; padding: 0.5rem 0.75rem; background: var(--card); z-index: 1; }
        .skip:focus { top: 0.75rem; }

        .top {
          display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.25rem; padding: 0.5rem 1rem; font-size: 0.95rem;
          border-bottom: 1px solid var(--line);
        }
        .brand {
          display: inline-flex; align-items: center; gap: 0.4rem; min-height: 2.75rem; color: var(--ink);
          font-size: 1.1rem; font-weight: 680; letter-spacing: -0.02em; text-decoration: none;
        }
        .flame { fill: var(--accent); }
        .top nav { display: flex; }
        .top nav a {
          display: inline-flex; align-items: center; min-height: 2.75rem; padding: 0 0.4rem; color: var(--soft);
          text-decoration: none; border-bottom: 2px solid transparent;
        }
        .top nav a:hover { color: var(--ink); }
        .top nav a[aria-current] { color: var(--ink); border-bottom-color: var(--accent); }
        .visitor { display: flex; align-items: center; gap: 0.5rem; margin-left: auto; }
        .visitor .name { display: none; max-width: 12rem; overflow: hidden; color: var(--soft); text-overflow: ellipsis; white-space: nowrap; }

        main { display: grid; gap: 1.25rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
        main.narrow { max-width: 32rem; }
        main.wide { max-width: 76rem; }
        .card {
          display: grid; gap: 1rem; min-width: 0; padding: 1.25rem; border: 1px solid var(--line); border-radius: 0.9rem;
          background: var(--card);
        }
        .card > * { min-width: 0; }
        .lead { color: var(--ink); font-size: 1.05rem; text-wrap: pretty; }
        .hint, .aside, .nothing { color: var(--soft); font-size: 0.9rem; }
        .aside { padding-top: 1rem; border-top: 1px solid var(--line); }
        .notice { padding: 0.75rem 1rem; border-left: 4px solid; border-radius: 0.3rem; background: var(--tint); }
        .notice.fault { border-color: var(--bad); }
        .notice.success { border-color: var(--good); }
        .status-code { color: var(--soft); font-size: 0.9rem; letter-spacing: 0.08em; }
        .columns, .column { display: grid; gap: 1.25rem; align-content: start; min-width: 0; }
        section[aria-labelledby="yours"] { display: grid; gap: 0.75rem; margin-top: 0.75rem; }

        @media (min-width: 40rem) {
          .top { gap: 0 1.25rem; padding: 0.75rem 2rem; font-size: 1rem; }
          .top nav a { padding: 0 0.75rem; }
          .visitor .name { display: block; }
          main { padding: 2.5rem 2rem 5rem; }
          main.narrow .card { padding: 2rem; }
          .wide .card { padding: 1.5rem; }
        }
        @media (min-width: 62rem) {
          .columns { grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr); gap: 1.5rem; }
          .column { gap: 1.5rem; }
        }
        @media (prefers-reduced-motion: reduce) {
          *, ::before, ::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
        }
        @media (forced-colors: active) {
          .mark, .status { forced-color-adjust: none; }
        }

        """
}
