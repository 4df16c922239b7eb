#!/bin/sh
# Adds to each image its digest, as the registry gives it out now; needs docker with buildx and the network.
# An image that has a digest keeps it: remove "@sha256:…" to take the newest of its tag.
set -eu
cd "$(dirname "$0")/.."
files="docker-compose.yml deploy/Dockerfile"
# shellcheck disable=SC2086 # two files
images=$(sed -nE 's/^( *image: |ARG PYTHON_IMAGE=)([a-z0-9./-]+:[A-Za-z0-9._-]+)$/\2/p' $files | sort -u)
for image in $images; do
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    # shellcheck disable=SC2086
    sed -i -E "s#^( *image: |ARG PYTHON_IMAGE=)$image\$#\\1$image@$digest#" $files
    echo "$image@$digest"
done
