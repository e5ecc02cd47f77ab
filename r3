#!/usr/bin/env bash
# The r3 command: builds itself when its classes are missing or older than the sources, then runs.
#   ./r3 [-J<JVM option>...] COMMAND [options]       ./r3 --help lists the commands
# R3_JVM_FLAGS    more JVM options; the default heap limit is 4 GB: R3_JVM_FLAGS=-Xmx8g, or ./r3 -J-Xmx8g
#                 the default collector is the parallel one (docs/decisions/0010)
# R3_MAVEN_FLAGS  more options for the build, such as -o (offline) or -Pcuda
set -euo pipefail

file=${BASH_SOURCE[0]}
while [ -L "$file" ]; do
  link=$(readlink "$file")
  case $link in
    /*) file=$link ;;
    *) file=$(dirname "$file")/$link ;;
  esac
done
root=$(cd "$(dirname "$file")" && pwd -P)

. "$root/r3-cli/src/main/launcher/launch.bash"
launch "$root" r3-cli dev.r3.cli.Main "$@"
