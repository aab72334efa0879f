# bash completion for capdrop

_capdrop_capabilities='@CAPABILITIES@'

_capdrop_known() {
    sh -c '
@CONTAINERS@' 2>/dev/null
}

_capdrop_containers() {
    local line
    while IFS= read -r line; do
        [[ $line == "$runtime"* && ${line#*:} == "$1"* ]] || continue
        COMPREPLY+=("$(printf %q "${line#*:}")")
    done < <(_capdrop_known)
}

_capdrop_words() {
    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$2" -P "$3" -- "$1")
}

# what $1 may become: a word of the kind $2; $3 are the words where only these are known
_capdrop_value() {
    case $2 in
        container) _capdrop_containers "$1" ;;
        capability_or_container)
            [[ $runtime ]] || _capdrop_words "$1" "$_capdrop_capabilities"
            _capdrop_containers "$1"
            ;;
        capabilities) _capdrop_words "${1##*,}" "$_capdrop_capabilities" "${1%"${1##*,}"}" ;;
        words) _capdrop_words "$1" "$3" ;;
        file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$1") ;;
        folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$1") ;;
    esac
}

_capdrop() {
    local at=$COMP_CWORD word=${COMP_WORDS[COMP_CWORD]} before runtime='' options='' operand=nothing
    COMPREPLY=()
    # readline takes runtime:name for three words, and --option=value, too
    if [[ $word == : && $at -gt 2 ]]; then
        word='' runtime=${COMP_WORDS[at - 1]}:
        ((at -= 1))
    elif [[ ${COMP_WORDS[at - 1]} == : && $at -gt 3 ]]; then
        runtime=${COMP_WORDS[at - 2]}:
        ((at -= 2))
    fi
    before=${COMP_WORDS[at - 1]}
    if [[ $word == = ]]; then
        word=''
    elif [[ $before == = && $at -gt 2 ]]; then
        before=${COMP_WORDS[at - 2]}
    fi
    if ((COMP_CWORD == 1)); then
        _capdrop_words "$word" '@NAMES@ --help --version'
        return
    fi
    case ${COMP_WORDS[1]} in
@COMMANDS@
        *) return ;;
    esac
    if [[ $word == -* ]]; then
        _capdrop_words "$word" "$options"
    else
        _capdrop_value "$word" $operand
    fi
}

complete -F _capdrop capdrop
