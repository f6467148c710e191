#!/bin/sh
# setup.sh — installs the Debian packages chorus is built from; running it again costs nothing.
#
#   sh cmake/setup.sh            what the library and the programs need
#   sh cmake/setup.sh --tests    also what the tests, the benchmarks, Clang and the format check need
#   sh cmake/setup.sh --list     only prints the packages
set -eu

say() { printf 'setup: %s\n' "$*"; }
stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# Debian 12's default Boost is too old, so the version is spelled out there; later systems have a newer default.
boost_version() {
    case "$system" in
        debian-12) echo 1.81 ;;
        *) echo '' ;;
    esac
}

build_packages() {
    boost=$(boost_version)
    echo g++ cmake ninja-build ccache
    echo "libboost$boost-dev" "libboost-json$boost-dev" "libboost-url$boost-dev"
    echo libssl-dev zlib1g-dev libspdlog-dev libcli11-dev prometheus-cpp-dev
}

# Node and Chromium may come from elsewhere than Debian, and Debian's npm conflicts with other builds of Node: they
# are asked for by command, the rest by package.
test_packages() {
    echo "libboost-test$(boost_version)-dev" libbenchmark-dev gcovr patch openssl
    echo python3 python3-websockets python3-jwt python3-cryptography python3-prometheus-client
    echo python3-aiohttp python3-tornado python3-autobahn python3-websocket python3-gi gir1.2-soup-3.0
    echo libwebsocketpp-dev golang-go golang-github-gorilla-websocket-dev
    echo nginx haproxy systemd
    echo clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev llvm-19
    has node || echo nodejs
    has npm || echo npm
    has chromium || has google-chrome || echo chromium
}

packages() {
    build_packages
    [ "$with_tests" = no ] || test_packages
}

has() { command -v "$1" >/dev/null 2>&1; }

# As ID-VERSION, empty where that is unknown.
find_system() {
    [ -r /etc/os-release ] || return 0
    # shellcheck source=/dev/null
    (. /etc/os-release && printf '%s-%s\n' "${ID:-}" "${VERSION_ID:-}")
}

installed() {
    # An unknown package makes dpkg-query fail; it is then simply not in the list.
    dpkg-query --show --showformat='${Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^install ok installed //p'
}

missing() {
    wanted=$(packages)
    # shellcheck disable=SC2086 # a list of words
    present=" $(installed $wanted | tr '\n' ' ')"
    for package in $wanted; do
        case "$present" in
            *" $package "*) ;;
            *) echo "$package" ;;
        esac
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

# Of what is installed nothing shall begin to serve: the proxies are for tests. Debian asks this file first.
policy=/usr/sbin/policy-rc.d
forbid_services() {
    [ ! -e "$policy" ] || return 0
    trap 'as_root rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM HUP # of a signal alone the shell dies without what is to be done at its exit
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
}

# Nor when the machine starts again. Who had a proxy before keeps it as it was.
disable_services() {
    has systemctl || return 0
    for service in nginx haproxy; do
        case " $* " in
            *" $service "*)
                as_root systemctl --quiet disable "$service" ||
                    stop "$service begins to serve when this machine starts; to prevent it: systemctl disable $service" ;;
        esac
    done
}

install() {
    [ "$(id -u)" -eq 0 ] || has sudo || stop "not root and no sudo here; as root, run: apt-get install $*"
    say "installing: $*"
    [ "$with_tests" = no ] || forbid_services
    # Another apt may be at work on a machine that has just started: wait for it.
    as_root apt-get -o DPkg::Lock::Timeout=300 update -q || stop 'apt-get update failed, see above'
    as_root apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends "$@" ||
        stop "apt-get could not install all of: $*"
    disable_services "$@"
}

with_tests=no
list_only=no
for option in "$@"; do
    case "$option" in
        --tests) with_tests=yes ;;
        --list) list_only=yes ;;
        *) stop "unknown option $option; there are --tests and --list" ;;
    esac
done

system=$(find_system)
if [ "$list_only" = yes ]; then
    packages | tr ' ' '\n'
    exit 0
fi
if ! has apt-get || ! has dpkg-query; then
    stop "this script knows Debian and Ubuntu only (this is '${system:-unknown}'). Install what goes by these names" \
        "there, then build with cmake --preset release && cmake --build --preset release:" "$(packages | tr '\n' ' ')"
fi
case "$system" in
    debian-[1-9] | debian-1[01] | ubuntu-1?.* | ubuntu-2[0-3].*)
        stop "$system is too old: chorus needs GCC 12, Boost 1.81 and CMake 3.25, from Debian 12 or Ubuntu 24.04 on" ;;
esac

lacking=$(missing)
if [ -z "$lacking" ]; then
    say 'everything is installed'
else
    # shellcheck disable=SC2086 # a list of words
    install $lacking
fi
