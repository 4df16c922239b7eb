#!/bin/sh
# Puts a backup back, into an empty store or over what is there.
#   MONGO_BACKUP_URL="mongodb://backup:…@HOST/?replicaSet=rs0&authSource=admin" restore.sh ARCHIVE [--drop]
# Stop the services first (runbook: losing the store). With --drop each collection of the archive replaces its own.
set -eu
archive=${1:?"say which: restore.sh ARCHIVE [--drop]"}
: "${MONGO_BACKUP_URL:?"set MONGO_BACKUP_URL to the store, with the account called backup"}"
command -v mongorestore >/dev/null || { echo "mongorestore is not installed: see MongoDB Database Tools" >&2; exit 1; }
case ${2:-} in
    "" | --drop) ;;
    *) echo "restore.sh ARCHIVE [--drop]: what is $2?" >&2; exit 2 ;;
esac

(cd "$(dirname "$archive")" && sha256sum --check --quiet "$(basename "$archive").sha256")
mongorestore --uri="$MONGO_BACKUP_URL" --oplogReplay --gzip --archive="$archive" ${2:+"$2"}
