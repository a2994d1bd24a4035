# Each field that was changed, with its old and its new value: when, by whom, which task.
#   jq -rf values.jq operations.ndjson
select(.kind == "outcome") as $outcome
| ($outcome.changes // [])[]
| select(.change == "update" or .change == "place") as $change
| if .fields then .fields | to_entries[] | {key, before: .value.before, after: .value.after}
  else .after | to_entries[] | {key, before: ($change.before // {})[.key], after: .value} end
| select(.before != .after)
| [$outcome.time, ($outcome.client.name // $outcome.user), $change.title, .key, (.before | tojson), (.after | tojson)]
| @tsv
