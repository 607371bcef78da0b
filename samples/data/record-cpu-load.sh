#!/usr/bin/env bash
# Records processor load, memory and context switches at 5 Hz on Linux while it runs workloads of a known kind.
# Usage: bash record-cpu-load.sh > cpu-load.csv      (72 seconds)
set -eu
state=$(mktemp) && trap 'rm -f "$state" "$state.new"' EXIT
start=$(cut -d' ' -f1 /proc/uptime)

row() { # workload: one CSV row of what changed since the row before
    awk -v up="$(cut -d' ' -f1 /proc/uptime)" -v start="$start" -v workload="$1" -v state="$state" '
        FILENAME == state { total[$1] = $2; idle[$1] = $3; known = 1; next }
        /^cpu[0-9]/ {
            all = 0; for (k = 2; k <= 9; k++) all += $k
            spent = all - total[$1]; rested = $5 + $6 - idle[$1]
            loads = loads sprintf(",%.1f", spent > 0 ? 100 * (spent - rested) / spent : 0)
            print $1, all, $5 + $6 > (state ".new")
        }
        /^ctxt/ { switches = $2 - total["ctxt"]; print "ctxt", $2, 0 > (state ".new") }
        /^MemTotal/ { memory = $2 }
        /^MemAvailable/ { memory -= $2 }
        END { if (known) printf "%.2f%s,%.0f,%d,%s\n", up - start, loads, memory / 1024, switches, workload }
    ' "$state" /proc/stat /proc/meminfo
    mv "$state.new" "$state"
}

phase() { # workload, shell command: eight seconds of it
    timeout 8 bash -c "$2" 2> /dev/null &
    for _ in $(seq 38); do sleep 0.2; row "$1"; done
    wait || true
}

echo "time_s$(awk '/^cpu[0-9]/ { printf ",%s", $1 }' /proc/stat),mem_used_mb,ctx_switches,workload"
row Idle
for _ in 1 2 3; do
    phase Idle 'sleep 8'
    phase Compress 'gzip -9 < /dev/zero > /dev/null'
    phase Talk 'dd if=/dev/zero bs=64 | dd of=/dev/null bs=64'
done
