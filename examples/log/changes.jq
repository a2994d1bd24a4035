# What was changed, when, by whom, through which door and from which line of which script.
#   jq -rf changes.jq operations.ndjson
select(.kind == "intent")
| [.time, (.client.name // .user), .door, .op, (.args.title // .args.task_id), (if .file then "\(.file):\(.line)" else "-" end)]
| @tsv
