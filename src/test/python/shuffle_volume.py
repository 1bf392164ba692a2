"""Bytes that the shuffles of jobs wrote, out of Spark's event logs, and the time of their stages.

    python3 src/test/python/shuffle_volume.py out/two-million-events

A line for each application, in the order in which they ran.
"""

import glob
import json
import os
import sys


def events(log):
    """The events of an application: a file, or a directory with parts of it."""
    files = sorted(glob.glob(os.path.join(log, "events_*"))) if os.path.isdir(log) else [log]
    for file in files:
        with open(file, encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


def main(directory):
    rows = []
    for log in glob.glob(os.path.join(directory, "*")):
        name, start, end = "", 0, 0
        written = spilled = tasks = 0
        for event in events(log):
            kind = event["Event"]
            if kind == "SparkListenerApplicationStart":
                name, start = event["App Name"], event["Timestamp"]
            elif kind == "SparkListenerApplicationEnd":
                end = event["Timestamp"]
            elif kind == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                metrics = event["Task Metrics"]
                written += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                spilled += metrics["Disk Bytes Spilled"]
                tasks += 1
        rows.append((start, name, (end - start) / 1000, tasks, written / 1e6, spilled / 1e6))
    for _, name, seconds, tasks, written, spilled in sorted(rows):
        print(f"{name:30} {seconds:8.0f} s {tasks:6} tasks {written:10.1f} MB shuffled {spilled:8.1f} MB spilled")


if __name__ == "__main__":
    main(sys.argv[1])
