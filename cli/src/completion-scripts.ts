// The scripts of `tributary complete <shell>`. What is typed is handed to the program word by word and is never evaluated: it may be anything until Enter.
// Where the program knows nothing that could stand there, the shell offers files.

const BASH = `# bash completion for tributary
_tributary() {
    local -a words=()
    local word isParted= line
    # Bash parts words at = and : too
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if (( \${#words[@]} > 0 )) && [[ $word == [=:]* || -n $isParted ]]; then words[-1]+=$word; else words+=("$word"); fi
        [[ $word == [=:] ]] && isParted=1 || isParted=
    done
    COMPREPLY=()
    while IFS= read -r line; do
        [[ $line == :* ]] || COMPREPLY+=("\${line%%$'\\t'*}")
    done < <(tributary complete -- "\${words[@]}" 2> /dev/null)
}
complete -o bashdefault -o default -F _tributary tributary
`;

const ZSH = `#compdef tributary
# zsh completion for tributary
_tributary() {
    local -a found
    local line
    for line in "\${(@f)$(tributary complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}"; do
        # A name, a tab, what it is; the last line is the library's own.
        [[ -z $line || $line == :* ]] && continue
        found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    done
    [[ $words[CURRENT] == --*=* ]] && compset -P '*='
    if (( $#found )); then _describe tributary found
    # _files expands what it is given, commands too.
    elif [[ $words[CURRENT] != *[\\$\\\`]* ]]; then _files; fi
}
# From a file of fpath it is called at once; sourced, it is made known.
if [[ \${funcstack[1]} == _tributary ]]; then _tributary "$@"; else compdef _tributary tributary; fi
`;

const FISH = `# fish completion for tributary
function __tributary_find
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l option (string match -r -- '^--.*=' "$current")
    set -g __tributary_found
    for line in (tributary complete -- $typed[2..-1] "$current" 2> /dev/null | string match -v -r '^(:|$)')
        set -a __tributary_found "$option$line"
    end
    test (count $__tributary_found) -gt 0
end
complete -c tributary -e
complete -c tributary -n __tributary_find -f -a '$__tributary_found'
`;

export const COMPLETION_SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const;
