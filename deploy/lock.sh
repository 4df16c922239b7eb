#!/bin/sh
# Writes the hashed locks from pyproject.toml, for Python 3.11-3.13 and every platform, naming no index.
set -eu
cd "$(dirname "$0")/.."
lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links --prerelease if-necessary-or-explicit pyproject.toml "$@"
}
lock --output-file requirements.lock
lock --all-extras --constraint requirements.lock --output-file requirements-dev.lock
