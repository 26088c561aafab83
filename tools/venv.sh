#!/bin/sh
# Make the virtual environment with uv inside it; the one pinned bootstrap, everything else is locked with hashes.
set -eu
venv=$1
python=${PYTHON:-python3.11}
command -v "$python" >/dev/null 2>&1 || python=python3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Tongban needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
if ! "$python" -m venv "$venv" 2>/dev/null; then
  rm -rf "$venv"
  "$python" -m venv --without-pip "$venv" || { echo "python3.11 lacks venv: install python3.11-venv" >&2; exit 1; }
fi
if [ -x "$venv/bin/pip" ]; then
  "$venv/bin/pip" install --quiet --require-hashes -r tools/uv.lock
elif "$python" -m pip --version >/dev/null 2>&1; then
  "$python" -m pip --python "$venv/bin/python" install --quiet --require-hashes -r tools/uv.lock
else
  echo "No pip found to bootstrap with: install python3.11-venv (Debian) or pip, then run make again" >&2; exit 1
fi
