# fish completion for capdrop

function __capdrop_known
    sh -c '
@CONTAINERS@' 2>/dev/null
end

function __capdrop_containers
    set -l before '^[^:]*:'
    string match -q '*:*' -- (commandline -ct); and set before '^'
    __capdrop_known | string replace -r $before ''
end

function __capdrop_capability_list
    set -l before (string match -r '^(?:-[^=]*=)?(.*,)?' -- (commandline -ct))[2]
    printf '%s\n' $before{@CAPABILITIES@}
end

complete -c capdrop -f
@WORDS@
@COMMANDS@
