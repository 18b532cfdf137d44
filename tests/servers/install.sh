#!/bin/sh
# Install the servers that the tests start, from Debian's packages; elsewhere name what is missing.
set -eu
missing=""
need() { command -v "$1" >/dev/null 2>&1 || [ -x "$1" ] || missing="$missing $2"; }
need /usr/sbin/dovecot "dovecot-core dovecot-imapd dovecot-lmtpd"
need /usr/sbin/postfix postfix
need /usr/bin/chromium chromium
need /usr/bin/davmail-server davmail-server
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
  exit 0
fi
echo "The tests meet real servers. Please install:$missing" >&2
exit 1
