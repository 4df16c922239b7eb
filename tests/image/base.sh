#!/bin/sh
# Makes a base image where no registry can be reached: Debian with its own Python, and what this machine trusts.
# It needs root, debootstrap and an engine:  sh tests/image/base.sh && PYTHON_IMAGE=localhost/python:trixie make trial
set -eu
engine=${CONTAINER_ENGINE:-podman}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
debootstrap --variant=minbase --include=ca-certificates,python-is-python3,python3-pip,python3-venv trixie "$tree"
cp /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/"
# What is left out is what the official images leave out, too.
tar -C "$tree" -c --exclude='./var/cache/apt' --exclude='./var/lib/apt/lists/*' --exclude='./usr/share/doc/*' \
    --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' . |
    $engine import - localhost/python:trixie
