# Types a line and TAB into an interactive zsh, and prints what it is offered, or with -l the
# line as TAB left it. Usage: DUMP=FILE zsh -f offers.zsh SCRIPT [-l] LINE; FILE is compinit's,
# which takes long to make.
zmodload zsh/zpty
script=$1; shift
shown=offers; [[ $1 == -l ]] && { shown=line; shift }
setup=$(mktemp)
cat >$setup <<'END'
PROMPT=
autoload -U compinit && compinit -C -u -d $DUMP
source $SCRIPT
bindkey '^M' undefined
bindkey '^J' undefined
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
show-line() { print -rn -- $'\0\n'$BUFFER$'\n\0\n'; exit }
zle -N show-line
bindkey '^X' show-line
if [[ $SHOWN == offers ]]; then
    mark() { print -r -- $'\0' }
    compprefuncs=(mark)
    comppostfuncs=(mark exit)
    compadd() {
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
            builtin compadd "$@"
            return $?
        fi
        local -a hits
        builtin compadd -A hits "$@"
        ((#hits)) && print -rl -- $IPREFIX$^hits
    }
fi
print ok
END
export SCRIPT=$script SHOWN=$shown
zpty shell zsh -f -i
zpty -w shell "source $setup"
while zpty -r shell line && [[ $line != ok* ]]; do :; done
rm -f $setup
zpty -w -n shell "$*"$'\t'
[[ $shown == line ]] && zpty -w -n shell $'\C-x'
inside=
while zpty -r shell line; do
    line=${line%%$'\r\n'}
    line=${line%%$'\n'}
    if [[ $line == *$'\0'* ]]; then
        [[ -n $inside ]] && break
        inside=1
    elif [[ -n $inside ]]; then
        print -r -- $line
    fi
done
