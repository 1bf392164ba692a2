#!/usr/bin/env bash
# Spark's discovery script for NVIDIA GPUs: prints {"name": "gpu", "addresses": ["0", "1"]}.
# Named by spark.worker.resource.gpu.discoveryScript or spark.executor.resource.gpu.discoveryScript.
set -euo pipefail

addresses=$(nvidia-smi --query-gpu=index --format=csv,noheader)
printf '{"name": "gpu", "addresses": [%s]}\n' "$(sed 's/.*/"&"/' <<<"$addresses" | paste -sd, -)"
