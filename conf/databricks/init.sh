#!/usr/bin/env bash
# Init script of the cluster: runs on every node before Spark starts.
# A native library can be loaded by one class loader of a process only. Jars in /databricks/jars are
# loaded by the first one, so whatever is attached later finds the library where it already is.
set -euo pipefail

cache="${SILVERSPARK_CACHE:-/local_disk0/silverspark}"
mkdir -p "$cache/djl" "$cache/huggingface"
chmod -R a+rwX "$cache"

# The CUDA natives, and any other jar that belongs below the rest, such as
# pytorch-native-cu128-2.7.1-linux-x86_64.jar.
if [ -d "${SILVERSPARK_JARS:-}" ]; then
  find "$SILVERSPARK_JARS" -maxdepth 1 -name '*.jar' -exec cp {} /databricks/jars/ \;
fi
