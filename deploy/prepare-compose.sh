#!/bin/sh
# Makes what docker-compose.yml needs and git must not have: .env with random passwords, and the broker's
# definitions with their hashes. Both are made once; remove them (and the volumes) to begin anew.
set -eu
cd "$(dirname "$0")/.."
umask 077
[ -s .env ] || deploy/env/passwords.sh >.env
set -a
# shellcheck source=/dev/null
. ./.env
set +a
definitions=deploy/rabbitmq/definitions.json
if [ ! -s "$definitions" ]; then
    "${PYTHON:-.venv/bin/python}" -m deploy.rabbitmq.definitions --publisher portal=procurement >"$definitions.part"
    chmod 644 "$definitions.part" # the broker's own user reads it; it has hashes only
    mv "$definitions.part" "$definitions"
fi
echo "$definitions and .env are there" >&2
