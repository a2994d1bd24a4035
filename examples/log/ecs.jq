# Outcomes as documents of the Elastic Common Schema, for whatever ships them. The article on the record's form has the names
# of OpenTelemetry beside these.
#   jq -cf ecs.jq operations.ndjson
select(.kind == "outcome")
| {
    "@timestamp": .time,
    "ecs.version": "8.17.0",
    "event.id": .id,
    "event.kind": "event",
    "event.category": ["database"],
    "event.type": [if .changes or .result then "change" else "access" end],
    "event.action": .op,
    "event.outcome": ({ok: "success", failed: "failure"}[.status] // "unknown"),
    "event.duration": (.ms * 1000000 | round),
    "user.name": .user,
    "user_agent.name": .client.name,
    "user_agent.version": .client.version,
    "trace.id": .trace_id,
    "span.id": .span_id,
    "error.code": .error.code,
    "error.message": .error.message,
    "log.file.path": .file,
    "log.origin.file.line": .line,
    "labels": ({door, run} + if .request_id then {request_id} else {} end)
  }
| with_entries(select(.value != null))
