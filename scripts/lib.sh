# Functions of the scripts in this folder, which source this file.
# shellcheck shell=bash

# ROOT is the checkout. In an installed SDK it is <prefix>/share/serai; the scripts new-module and release then work in
# the current folder.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ROOT
IN_CHECKOUT=no
[[ ! -d $ROOT/sdk ]] || IN_CHECKOUT=yes

if [[ -t 1 ]]; then
  BOLD=$'\e[1m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
  BOLD='' RED='' PLAIN=''
fi

# Prints a line before a step that takes time.
step() { printf '%s==> %s%s\n' "$BOLD" "$*" "$PLAIN"; }
note() { printf '    %s\n' "$*"; }
die() {
  printf '%s%s: %s%s\n' "$RED" "${0##*/}" "$*" "$PLAIN" >&2
  exit 1
}

# The comment block at the head of a script is its help.
show_help() {
  local help
  help=$(sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0")
  [[ $IN_CHECKOUT == yes ]] || help=${help//scripts\//serai-}  # the names of the installed commands
  echo "$help"
  exit 0
}

# With these, ccache reuses objects that were compiled in another checkout or build folder.
export CCACHE_BASEDIR=$ROOT CCACHE_NOHASHDIR=1

cores() { nproc; }

# Sets BUILD (the folder to compile in), STAGE (the folder to install to) and CMAKE_FLAGS for a kind of build: release,
# debug, address, thread or fuzz.
choose_build() {
  local kind=$1
  CMAKE_FLAGS=(-DCMAKE_BUILD_TYPE=RelWithDebInfo)
  case $kind in
    release) BUILD=$ROOT/build/release STAGE=$ROOT/build/stage ;;
    debug)
      BUILD=$ROOT/build/debug STAGE=$ROOT/build/debug/stage
      CMAKE_FLAGS=(-DCMAKE_BUILD_TYPE=Debug)
      ;;
    address) BUILD=$ROOT/build/asan STAGE=$ROOT/build/asan/stage CMAKE_FLAGS+=(-DSERAI_SANITIZE=address) ;;
    thread) BUILD=$ROOT/build/tsan STAGE=$ROOT/build/tsan/stage CMAKE_FLAGS+=(-DSERAI_SANITIZE=thread) ;;
    fuzz) BUILD=$ROOT/build/fuzz STAGE='' CMAKE_FLAGS+=(-DSERAI_SANITIZE=address -DSERAI_LIBFUZZER=ON) ;;
    *) die "--sanitize wants address or thread, not '$kind'" ;;
  esac
  export BUILD STAGE
}
