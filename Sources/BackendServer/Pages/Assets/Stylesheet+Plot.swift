extension Stylesheet {
    /// The moods, as a plot and as a table. Series differ in form as well as in colour.
    static let plot = """
        figure { display: grid; gap: 0.5rem; margin: 0; }
        .plot { display: block; width: 100%; max-width: 34rem; height: auto; }
        .plot text { fill: var(--soft); font-size: 12.5px; }
        .plot .grid { stroke: var(--line); stroke-width: 1; }
        .plot .axis { stroke: var(--edge); stroke-width: 1; }
        .plot .line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
        .plot .productive .line { stroke: var(--cool); }
        .plot .productive .point { fill: var(--cool); }
        .plot .desire .line { stroke: var(--accent); stroke-dasharray: 4 3; }
        .plot .desire .point { fill: var(--accent); }
        .plot .mood path { fill: none; stroke: var(--good); stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
        .plot .mood circle { fill: var(--good); }
        figcaption { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; font-size: 0.88rem; }
        .key.productive { color: var(--cool); }
        .key.desire { color: var(--accent); }
        .key.mood { color: var(--good); }
        .scroll { max-width: 100%; margin-top: 0.5rem; overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; }
        th, td { padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        thead th { color: var(--soft); font-weight: 600; }
        tbody th { min-width: 7rem; font-weight: 500; }
        td { white-space: nowrap; }

        """
}
