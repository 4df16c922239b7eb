#!/bin/sh
# Takes one backup of all three databases at one moment of the oplog.
#   MONGO_BACKUP_URL="mongodb://backup:…@HOST/?replicaSet=rs0&authSource=admin" backup.sh FOLDER
# Archives older than BACKUP_DAYS (30) are removed from FOLDER, with the persons erased since then.
# Needs mongodump. Writes FOLDER/citiesshare-<time>.archive.gz and its checksum; leaves nothing half-written.
set -eu
folder=${1:?"say where: backup.sh FOLDER"}
: "${MONGO_BACKUP_URL:?"set MONGO_BACKUP_URL to the store, with the account called backup"}"
command -v mongodump >/dev/null || { echo "mongodump is not installed: see MongoDB Database Tools" >&2; exit 1; }

archive="citiesshare-$(date -u +%Y%m%dT%H%M%SZ).archive.gz"
trap 'rm -f "$folder/$archive.part"' EXIT
mongodump --uri="$MONGO_BACKUP_URL" --oplog --gzip --archive="$folder/$archive.part"
mv "$folder/$archive.part" "$folder/$archive"
(cd "$folder" && sha256sum "$archive" >"$archive.sha256")
find "$folder" -maxdepth 1 -name 'citiesshare-*.archive.gz*' -mtime "+${BACKUP_DAYS:-30}" -exec rm -f {} +
echo "$folder/$archive"
