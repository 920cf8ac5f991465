# Read by the scripts beside it: packages, stock programs and a build, on a machine that has none of them.
# The reader sets $top (the source tree) and $work (the folder that everything is put in).

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

need_root() {
  [ "$(id -u)" = 0 ] || fail "needs root: it installs packages and makes network namespaces. Try: sudo $0"
}

# Sets $system to debian or el.
find_system() {
  if command -v apt-get >/dev/null 2>&1; then
    system=debian
  elif command -v dnf >/dev/null 2>&1; then
    system=el
  else
    fail "neither apt-get nor dnf is here: only Debian and Enterprise Linux (and their kin) are known to this script"
  fi
}

have_package() {
  case $system in
    debian) dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed' ;;
    el) rpm -q --whatprovides "$1" >/dev/null 2>&1 ;;
  esac
}

# Prints those of the named packages that are not installed.
missing_packages() {
  for package; do
    have_package "$package" || printf '%s ' "$package"
  done
}

update_lists() {
  [ "${lists_updated-}" ] && return
  lists_updated=yes
  case $system in
    debian)
      say "apt-get update"
      apt-get -qq update || say "(apt-get update failed: going on with the lists that are here)" ;;
    el)
      # GoogleTest and a few of the libraries' headers stand in the builder's repositories.
      dnf -q -y install dnf-plugins-core >/dev/null 2>&1
      for repository in crb powertools; do
        dnf config-manager --set-enabled "$repository" >/dev/null 2>&1
      done
      dnf -q -y install epel-release >/dev/null 2>&1 || true ;;
  esac
}

install_now() {
  case $system in
    debian) DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends install "$@" ;;
    el) dnf -y -q install "$@" ;;
  esac
}

# Installs what of the named packages is missing; without them nothing goes on.
need_packages() {
  wanted=$(missing_packages "$@")
  [ "$wanted" ] || return 0
  update_lists
  say "installing: $wanted"
  # shellcheck disable=SC2086
  install_now $wanted >"$work/install.log" 2>&1 || {
    tail -n 15 "$work/install.log" >&2
    fail "these packages cannot be had: $wanted(the whole output: $work/install.log)"
  }
}

# Installs what it can of the named packages, one by one; what cannot be had is said, and the tests that use it are skipped.
want_packages() {
  wanted=$(missing_packages "$@")
  [ "$wanted" ] || return 0
  update_lists
  say "installing: $wanted"
  # shellcheck disable=SC2086
  install_now $wanted >"$work/install.log" 2>&1 && return 0
  for package in $wanted; do
    install_now "$package" >>"$work/install.log" 2>&1 || say "cannot be had here: $package (tests that need it are skipped)"
  done
}

# Unpacks packages into $work/stock without installing them: the stock daemons are there to be compared with and
# must neither start on this machine nor take the place of what it runs.
unpack_packages() {
  mkdir -p "$work/stock" "$work/packages"
  for package; do
    [ -e "$work/packages/$package.unpacked" ] && continue
    update_lists
    rm -rf "$work/packages/new"
    mkdir "$work/packages/new"
    if (
      cd "$work/packages/new" &&
        case $system in
          debian) apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg -x ./*.deb "$work/stock" ;;
          el) dnf -q download "$package" && for f in ./*.rpm; do rpm2cpio "$f" | (cd "$work/stock" && cpio -idmu --quiet); done ;;
        esac
    ) >"$work/packages/$package.log" 2>&1; then
      say "unpacked: $package"
      : >"$work/packages/$package.unpacked"
    else
      say "cannot be had here: $package (tests that need it are skipped)"
    fi
  done
  rm -rf "$work/packages/new"
  export BOOTSERVER_STOCK="$work/stock"
}

# A Linux kernel for a PC, unpacked: the package behind Debian's name for the newest small one.
unpack_kernel() {
  kernel=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null |
    sed -n 's/.*Depends: \(linux-image-[0-9][^ ]*\).*/\1/p' | head -n 1)
  unpack_packages ${kernel:+"$kernel"}
}

build_packages() {
  case $system in
    debian) need_packages g++ make autoconf automake libevent-dev libconfig++-dev libboost-program-options-dev \
      libcap-dev libseccomp-dev ;;
    el) need_packages gcc-c++ make autoconf automake libevent-devel libconfig-devel boost-devel libcap-devel \
      libseccomp-devel ;;
  esac
}

# Builds out of the source tree, in $work/build. Arguments: goals of make. $build_settings: words for configure.
build() {
  [ -e "$top/config.status" ] && fail "the source tree is configured in place: run 'make distclean' in it first"
  if [ ! -x "$top/configure" ] || [ "$top/configure.ac" -nt "$top/configure" ]; then
    (cd "$top" && autoreconf -fi) >"$work/autoreconf.log" 2>&1 || {
      tail -n 20 "$work/autoreconf.log" >&2
      fail "autoreconf failed (the whole output: $work/autoreconf.log)"
    }
  fi
  mkdir -p "$work/build"
  cd "$work/build" || exit 1
  if [ ! -e config.status ] || [ "$top/configure" -nt config.status ]; then
    say "configure"
    # shellcheck disable=SC2086
    "$top/configure" --prefix=/usr --sysconfdir=/etc --localstatedir=/var CXXFLAGS="${CXXFLAGS--O1}" ${build_settings-} \
      >"$work/configure.log" 2>&1 || {
      tail -n 20 "$work/configure.log" >&2
      fail "configure failed (the whole output: $work/configure.log)"
    }
  fi
  for goal; do
    say "make -j$(nproc) $goal"
    make -j"$(nproc)" "$goal" || fail "the build failed"
  done
}
