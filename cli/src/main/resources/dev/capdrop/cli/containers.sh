lxcpath=$(lxc-config lxc.lxcpath || echo /var/lib/lxc)
# RUNTIME END PATH...: a path bears the name of a container before its end
named() {
    runtime=$1 end=$2
    shift 2
    for path; do
        [ -e "$path" ] || continue
        path=${path%"$end"}
        path=${path##*/}
        case $path in -* | *[[:cntrl:]]*) continue ;; esac
        printf "%s\n" "$runtime:$path"
    done
}
# RUNTIME SERVICE COMMAND SOCKET...: the command prints the names
asked() {
    runtime=$1 service=$2 command=$3
    shift 3
    command -v "${command%% *}" >/dev/null || return
    for socket; do
        [ -w "$socket" ] || continue
        [ ! -d /run/systemd/system ] ||
            timeout 2 systemctl -q is-active "$service" "snap.$service.daemon" || continue
        timeout 2 $command </dev/null | sed "s/^/$runtime:/"
        return
    done
}
