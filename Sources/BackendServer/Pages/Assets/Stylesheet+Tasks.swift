extension Stylesheet {
    /// Today's list, the tree, and the status of a task.
    static let tasks = """
        .row { display: flex; align-items: flex-start; justify-content: space-between; gap: 0.75rem; }
        .row > .what {
          display: flex; flex: 1; flex-wrap: wrap; align-items: baseline; gap: 0 0.6rem; min-width: 0;
          padding-top: 0.2rem;
        }
        .title { overflow-wrap: anywhere; }
        .reason { flex-basis: 100%; color: var(--soft); font-size: 0.88rem; }
        .due { color: var(--soft); font-size: 0.88rem; }
        .due.late { color: var(--bad); }
        .labels { display: inline-flex; flex-wrap: wrap; gap: 0.3rem; }
        .labels li { padding: 0 0.5rem; border-radius: 1rem; background: var(--tint); color: var(--soft); font-size: 0.8rem; line-height: 1.5; }

        .today { counter-reset: place; }
        .today > li { padding: 0.6rem 0; border-top: 1px solid var(--line); }
        .today > li:first-child { padding-top: 0; border-top: 0; }
        .today > li:last-child { padding-bottom: 0; }
        .today .title { font-weight: 600; }

        .task { padding: 0.35rem 0; }
        .tree > .task { padding: 0.5rem 0; }
        .tree > .task:first-child { padding-top: 0; }
        .tree > .task:last-child { padding-bottom: 0; }
        .tree > .task + .task { border-top: 1px solid var(--line); }
        .over > .row .title { color: var(--soft); }
        .over > .row .title bdi { text-decoration: line-through; text-decoration-thickness: 0.06em; }
        .task:target > .row { border-radius: 0.4rem; background: var(--tint); box-shadow: 0 0 0 0.4rem var(--tint); }
        .below > summary { width: fit-content; padding: 0.15rem 0; color: var(--soft); font-size: 0.88rem; }
        .below > ul { margin-left: 0.3rem; padding-left: 0.9rem; border-left: 1px solid var(--line); }

        .status-menu { position: relative; flex: none; }
        .status {
          display: flex; align-items: center; width: fit-content; min-height: 2rem; padding: 0 0.7rem; gap: 0.45rem;
          border: 1px solid var(--line); border-radius: 1rem; color: var(--soft); font-size: 0.85rem; list-style: none;
          white-space: nowrap;
        }
        .status::-webkit-details-marker { display: none; }
        .status::before {
          content: ""; flex: none; width: 0.6rem; height: 0.6rem; border: 2px solid currentcolor; border-radius: 50%;
        }
        .status:hover { border-color: var(--edge); }
        .status.in-progress { color: var(--warm); }
        .status.in-progress::before { background: linear-gradient(90deg, currentcolor 50%, transparent 50%); }
        .status.in-review { color: var(--cool); }
        .status.done { color: var(--good); }
        .status.done::before, .status.in-review::before { background: currentcolor; }
        .status.dropped::before { border-radius: 0; border-width: 0 0 2px; height: 0.35rem; }
        .status-menu form {
          position: absolute; z-index: 1; top: calc(100% + 0.3rem); right: 0; display: grid; min-width: 9rem; padding: 0.3rem;
          border: 1px solid var(--line); border-radius: 0.6rem; background: var(--card);
          box-shadow: 0 0.5rem 1.5rem rgb(0 0 0 / 18%);
        }
        .status-menu button { border: 0; text-align: left; }
        .status-menu button:hover { background: var(--tint); box-shadow: none; }

        """
}
