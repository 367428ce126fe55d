/** Help that fits the terminal: Effect's own, with long lines broken. */
import { stripVTControlCharacters } from "node:util"
import { Effect } from "effect"
import { CliOutput } from "effect/cli"
import { print } from "./print.ts"
import { readersWidth } from "./wrapped.ts"

/** Where the text of a line begins: behind its name, if it has one, else where it is indented to. */
const textBegins = (line: string): number => {
  const named = /^ +\S.*?\s{2,}(?=\S)/.exec(line)
  return named === null ? line.length - line.trimStart().length : named[0].length
}

/** A command that is broken can still be typed as it is shown. */
const isCommand = (line: string) => line.startsWith("  athena-sync ")

const fitted = (line: string, width: number): string => {
  const plain = stripVTControlCharacters(line)
  if (CliOutput.displayWidth(plain) <= width) return line
  const end = isCommand(plain) ? " \\" : ""
  const hanging = " ".repeat(isCommand(plain) ? 6 : textBegins(plain))
  const lines: Array<string> = []
  let current = ""
  for (const word of line.split(/(?<=\S)(?= )/)) {
    const longer = current + word
    if (stripVTControlCharacters(longer + end).length > width && stripVTControlCharacters(current).trim() !== "") {
      lines.push(current + end)
      current = hanging + word.trimStart()
    } else current = longer
  }
  return [...lines, current].join("\n")
}

/** The text in lines that fit `width`. */
export const fittedHelp = (help: string, width = readersWidth()): string =>
  help
    .split("\n")
    .map((line) => fitted(line, width))
    .join("\n")

/**
 * Help that was asked for is a result; help that was not is part of the mistake, and the mistake is told by `main`. Node knows
 * best whether stdout takes colours.
 */
export const presenter: CliOutput.Presenter = {
  present: (event) => {
    if (event._tag !== "Help") return CliOutput.defaultPresenter.present(event)
    if (event.reason === "Implicit") return Effect.void
    const colors = process.stdout.isTTY && process.stdout.hasColors()
    return print(fittedHelp(CliOutput.defaultFormatter({ colors }).formatHelpDoc(event.helpDoc)))
  }
}
