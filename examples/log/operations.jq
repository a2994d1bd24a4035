# The writes of a log, turned back into operations that `deferno batch run` takes.
#   jq -rf operations.jq operations.ndjson > again.yaml
select(.kind == "intent") | "--- " + ({op, args} | tojson)
