# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of sipexplain for bash.

_sipexplain() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} methods command=${COMP_WORDS[0]}
    # bash takes "--lang=ru" for three words.
    if [ "$word" = "=" ]; then
        word=""
    elif [ "$before" = "=" ] && [ "$COMP_CWORD" -ge 2 ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    methods="BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE"
    COMPREPLY=()
    case ${COMP_WORDS[1]} in
        check | convert | annotate)
            [[ $word == --* ]] && mapfile -t COMPREPLY < <(compgen -W "--mask --mask-key= --all --lang= --format= --output= --decode-as= --keylog= --fail-on= --follow" -- "$word") && return
            [ "$COMP_CWORD" -gt 1 ] && mapfile -t COMPREPLY < <(compgen -f -- "$word")
            [ "$COMP_CWORD" -gt 1 ] && return ;;
    esac
    case $before in
        -l | --lang) mapfile -t COMPREPLY < <(compgen -W "$("$command" --list-languages 2>/dev/null)" -- "$word") ;;
        -f | --format) mapfile -t COMPREPLY < <(compgen -W "text markdown html json" -- "$word") ;;
        -o | --output) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --book) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        -s | --search) ;;
        [1-6][0-9][0-9])
            mapfile -t COMPREPLY < <(compgen -W "$methods $("$command" --list-ids 2>/dev/null |
                sed -n 's/^\([1-6][0-9][0-9]\)\t.*/\1/p')" -- "$word") ;;
        Q.850) mapfile -t COMPREPLY < <(compgen -W "$("$command" --list-ids 2>/dev/null |
            sed -n 's/^q850-\([0-9]*\)\t.*/\1/p')" -- "$word") ;;
        *)
            if [[ $word == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "--list --search= --book= --lang= --format= --output= --no-pager --help --version" -- "$word")
                [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
            else
                mapfile -t COMPREPLY < <(compgen -W "annotate check convert Q.850 $("$command" --list-ids 2>/dev/null | cut -f 1)" -- "$word")
            fi ;;
    esac
}
complete -F _sipexplain sipexplain
