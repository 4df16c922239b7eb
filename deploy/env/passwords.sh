#!/bin/sh
# Prints deploy/env/compose.env.example with random passwords, for docker-compose.yml: passwords.sh > .env
set -eu
while IFS= read -r line; do
    case $line in
        *=) printf '%s%s\n' "$line" "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" ;;
    esac
done <"$(dirname "$0")/compose.env.example"
