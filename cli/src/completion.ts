// Adds `complete <shell>`: the script by which a shell completes commands, options and their values.
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/** The script for Bash reads the line by a function of the package bash-completion, which is not everywhere: then this one does it. */
const BASH_WORDS = `declare -F _get_comp_words_by_ref > /dev/null || _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
}
`;

export function completeCommand(program: Command): void {
  tab(program);
  const complete = program.commands.find((command) => command.name() === "complete")!;
  complete.hook("preAction", ({ args }) => {
    if (args.length === 1 && args[0] === "bash") process.stdout.write(BASH_WORDS);
  });
}
