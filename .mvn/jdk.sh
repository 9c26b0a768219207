# Sourced by ./mvnw and ./autopar. find_jdk sets JDK to the home of a JDK of at least the wanted release, or fails.

JDK_WANTED=25

# Is $1 the home of a JDK that is new enough? Reads its release file: starting a JVM to ask would cost more.
is_new_enough_jdk() {
  local line version=
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 1
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == JAVA_VERSION=* ]]; then
      version=${line#JAVA_VERSION=}
      version=${version//\"/}
    fi
  done <"$1/release"
  version=${version%%[^0-9]*}
  [[ -n $version ]] && ((version >= JDK_WANTED))
}

find_jdk() {
  local candidate on_path
  on_path=$(command -v java || true)
  if [[ -n $on_path ]]; then
    on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
    on_path=${on_path%/bin/java}
  fi
  for candidate in "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* \
    "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/java/* /opt/jdk*; do
    if [[ -n $candidate ]] && is_new_enough_jdk "$candidate"; then
      JDK=$candidate
      return 0
    fi
  done
  if [[ -x /usr/libexec/java_home ]]; then
    candidate=$(/usr/libexec/java_home -v "$JDK_WANTED+" 2>/dev/null || true)
    if [[ -n $candidate ]] && is_new_enough_jdk "$candidate"; then
      JDK=$candidate
      return 0
    fi
  fi
  return 1
}

explain_missing_jdk() {
  cat >&2 <<MESSAGE
autopar needs a JDK $JDK_WANTED or later and found none (looked at JAVA_HOME, PATH, /usr/lib/jvm, SDKMAN and the
usual places of macOS). Install one, for instance Eclipse Temurin from https://adoptium.net, or
    sdk install java 25-tem          (SDKMAN)
    brew install --cask temurin@25   (macOS)
    apt-get install temurin-25-jdk   (Debian and Ubuntu, with Adoptium's repository)
or set JAVA_HOME to one that is installed elsewhere.
MESSAGE
}
