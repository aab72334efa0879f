#compdef capdrop

_capdrop_known() {
    sh -c '
@CONTAINERS@' 2>/dev/null
}

_capdrop_containers() {
    local runtime=''
    local -a lines names
    [[ $PREFIX == *:* ]] && runtime=${PREFIX%%:*}:
    lines=(${(f)"$(_capdrop_known)"})
    names=(${${(M)lines:#${(b)runtime}*}#*:})
    compset -P '*:'
    compadd -a names
}

_capdrop_capabilities() {
    compadd -- @CAPABILITIES@
}

_capdrop_capability_list() {
    compset -P '*,'
    compadd -S '' -- @CAPABILITIES@
}

_capdrop_capabilities_and_containers() {
    _capdrop_capabilities
    _capdrop_containers
}

if ((CURRENT == 2)); then
    local -a commands
    commands=(
@WORDS@
    )
    _describe command commands
    return
fi
local command=$words[2]
shift words
((CURRENT--))
case $command in
@COMMANDS@
esac
