#!/bin/sh
# Sends the running server what its OpenAPI document allows and what it does not, and looks for 5xx, wrong media types and answers that
# the document does not know. Needs schemathesis (pip install schemathesis); the server should run with a small queue of short runs:
#   ./suffice serve --port 8099 --gallery /tmp/schemathesis-gallery --max-steps 2 --max-side 128 --max-images 1
# usage: schemathesis.sh [http://127.0.0.1:8099] [further options of "schemathesis run"]
set -eu
server=${1:-http://127.0.0.1:8099}
[ $# -eq 0 ] || shift
exec schemathesis run "$server/openapi.json" --url "$server" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --exclude-path-regex '^/v1/jobs/\{id\}/events$' \
    --phases examples,coverage,fuzzing --max-examples 30 --request-timeout 60 --no-color "$@"
