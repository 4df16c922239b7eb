#!/bin/sh
# Makes what docker-compose.yml needs and git must not have: .env (mode 0600) with random passwords and secrets,
# and the broker's definitions with the hashes of the former. What is there is kept, what a release asks for anew
# is added; remove both (and the volumes) to begin anew.
set -eu
cd "$(dirname "$0")/.."
umask 077
touch .env
chmod 600 .env
deploy/env/passwords.sh | while IFS= read -r line; do
    grep -q "^${line%%=*}=." .env || printf '%s\n' "$line" >>.env
done
set -a
# shellcheck source=/dev/null
. ./.env
set +a
definitions=deploy/rabbitmq/definitions.json
if [ ! -s "$definitions" ]; then
    "${PYTHON:-.venv/bin/python}" -m citiesshare.rabbitmq.definitions --publisher portal=procurement >"$definitions.part"
    chmod 644 "$definitions.part" # the broker's own user reads it; it has hashes only
    mv "$definitions.part" "$definitions"
fi
echo "$definitions and .env are there" >&2
