#!/bin/sh
# Renew both locks within the limits of requirements.in and tools/requirements.in: lock.sh UV
set -eu
for folder in . tools; do
    "$1" pip compile -q --upgrade --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate \
        --no-header "$folder/requirements.in" -o "$folder/requirements.txt"
done
