# Finds Java, builds a module when its classes are missing or older than the sources, and becomes the JVM.
# For r3 and benchmarks/run, which source this file; works with bash 3.2 and newer.

readonly java_wanted=17

fail() {
  printf 'r3: %s\n' "$*" >&2
  exit 1
}

# java_major HOME: the major version, from the file "release" (no JVM start) or else from java itself.
java_major() {
  local pattern='\(1\.\)\{0,1\}\([0-9]*\).*/\2/p'
  if grep -q '^JAVA_VERSION=' "$1/release" 2>/dev/null; then
    sed -n "s/^JAVA_VERSION=\"$pattern" "$1/release"
  elif [ -x "$1/bin/java" ]; then
    "$1/bin/java" -version 2>&1 | sed -n "s/.*version \"$pattern" | head -n 1
  fi
}

# java_homes: JAVA_HOME, the java on the PATH, then where systems keep theirs; one a line.
java_homes() {
  local java
  if [ -n "${JAVA_HOME:-}" ]; then
    printf '%s\n' "$JAVA_HOME"
  fi
  if java=$(command -v java); then
    java=$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")
    printf '%s\n' "${java%/bin/java}"
  fi
  if [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v "$java_wanted+" 2>/dev/null || true
  fi
  for java in /usr/lib/jvm/*/bin/java; do
    if [ -x "$java" ]; then
      printf '%s\n' "${java%/bin/java}"
    fi
  done
}

# find_java: sets java_home and java_version to the first Java that is new enough.
find_java() {
  local home major seen=
  while IFS= read -r home; do
    major=$(java_major "$home")
    if [ "${major:-0}" -ge "$java_wanted" ]; then
      java_home=$home
      java_version=$major
      return
    fi
    if [ -n "$major" ]; then
      seen="$seen${seen:+, }$major ($home)"
    fi
  done < <(java_homes)
  fail "expected Java $java_wanted or newer, got ${seen:-none}; hint: install one" \
    "(Debian, Ubuntu: apt-get install openjdk-17-jdk; macOS: brew install openjdk), or set JAVA_HOME"
}

# read_classpath: sets classpath from the build's file; false when it is missing, belongs to another
# place (the project was moved) or names files that are gone.
read_classpath() {
  local entry entries=() here=
  [ -f "$classpath_file" ] || return 1
  IFS=: read -r -a entries <"$classpath_file" || true
  for entry in ${entries[@]+"${entries[@]}"}; do
    [ -e "$entry" ] || return 1
    case $entry in "$root/r3-tensor/"*) here=yes ;; esac
  done
  [ -n "$here" ] || return 1
  classpath=$root/$module/target/classes:$(cat "$classpath_file")
}

# up_to_date: whether the classes are there, and no older than any source or pom.
up_to_date() {
  local newer
  read_classpath || return 1
  newer=$(find "$root/pom.xml" "$root"/r3-* "$root/$module" \
    -name target -prune -o -name test -prune -o -type f -newer "$classpath_file" \
    \( -name pom.xml -o -path '*/src/main/*' \) -print -quit)
  [ -z "$newer" ]
}

build() {
  local target=$root/$module/target log=$root/$module/target/launcher-build.log
  [ -x "$java_home/bin/javac" ] ||
    fail "expected a JDK to build with, got a Java runtime without javac ($java_home); hint: apt-get install openjdk-17-jdk"
  command -v mvn >/dev/null ||
    fail "expected Maven (mvn) on the PATH to build with, got none; hint: apt-get install maven"
  mkdir -p "$target" || fail "$target: expected to write there; hint: build once as its owner"
  # One build at a time, when several start together.
  if command -v flock >/dev/null; then
    exec 9>"$target/launcher-build.lock"
    flock 9
    if up_to_date; then
      exec 9>&-
      return
    fi
  fi
  if [ -f "$classpath_file" ]; then
    printf 'r3: building, as sources have changed ...\n' >&2
  else
    printf 'r3: building for the first time; downloads what it needs, a few minutes ...\n' >&2
  fi
  # shellcheck disable=SC2086 # the flags are words
  if ! (cd "$root" && JAVA_HOME=$java_home mvn -q -B -ntp -Dstyle.color=never -pl "$module" -am \
    -Dspotless.check.skip=true -Dr3.launcher ${R3_MAVEN_FLAGS:-} process-classes) >"$log" 2>&1 9>&-; then
    cat "$log" >&2
    fail "expected the build to succeed, got the errors above"
  fi
  exec 9>&-
  read_classpath || fail "$classpath_file: expected the class path of the build, got none"
}

# launch ROOT MODULE MAIN_CLASS [-J<JVM option>...] [arguments...]
launch() {
  root=$1 module=$2
  local main=$3
  classpath_file=$root/$module/target/runtime.classpath
  shift 3

  local flags=(-Xmx4g -Dfile.encoding=UTF-8)
  find_java
  up_to_date || build

  # A Java runtime may have been made without the Vector API; R3 then computes with plain loops.
  if ! grep -q '^MODULES=' "$java_home/release" 2>/dev/null ||
    grep -q '[" ]jdk\.incubator\.vector[" ]' "$java_home/release"; then
    flags+=(--add-modules jdk.incubator.vector)
  fi
  if [ "$java_version" -ge 22 ]; then
    flags+=(--enable-native-access=ALL-UNNAMED)
  fi
  if [ -t 2 ] && [ "${TERM:-dumb}" != dumb ]; then
    flags+=(-Dr3.terminal.columns="${COLUMNS:-$(tput cols 2>/dev/null || echo 80)}")
  fi
  # Java decodes its arguments by the locale: in the C locale every Chinese character would be lost.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) ;;
    *) export LC_ALL=C.UTF-8 ;;
  esac

  # shellcheck disable=SC2206 # the flags are words
  flags+=(${R3_JVM_FLAGS:-})
  while [ $# -gt 0 ]; do
    case $1 in
      -J?*) flags+=("${1#-J}") ;;
      *) break ;;
    esac
    shift
  done
  # Training makes arrays of 100 MB. G1 does not move them, and its heap fills with gaps.
  local collector=' -XX:\+Use[A-Za-z0-9]+GC '
  if [[ ! " ${flags[*]} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} " =~ $collector ]]; then
    flags+=(-XX:+UseParallelGC)
  fi
  exec "$java_home/bin/java" "${flags[@]}" -cp "$classpath" "$main" "$@"
}
