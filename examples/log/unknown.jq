# Writes whose fate is not known: an intent without an outcome. Look at the task that is named.
#   jq -srf unknown.jq operations.ndjson
map(select(.kind == "intent" or .kind == "outcome"))
| group_by(.id)[]
| select(all(.kind == "intent")) | .[0]
| [.time, .op, (.args.task_id // .args.id), (.args.title // "")]
| @tsv
