/**
 * What was wrong with the command line, in a line each. The value that was typed is not repeated: it may be anything.
 */
import type { CliError } from "effect/cli"

const lineOf = (error: CliError.NonShowHelpErrors | CliError.CliError): string => {
  switch (error._tag) {
    case "InvalidValue":
      return `--${error.option.replace(/^-+/, "")}: expected ${error.expected.replace(/^(Schema validation failed: )?(Expected:? )?/i, "")}`
    case "UnrecognizedOption":
      return `unknown flag${suggestion(error.suggestions)}`
    case "MissingOption":
      return `--${error.option} is missing`
    case "UnknownSubcommand":
      return `unknown command${suggestion(error.suggestions)}`
    case "MissingArgument":
      return `${error.argument} is missing`
    case "UnexpectedArgument":
      return "unexpected argument"
    default:
      return "the command line is wrong"
  }
}

const suggestion = (names: ReadonlyArray<string>) => (names.length === 0 ? "" : `; did you mean ${names.join(" or ")}?`)

export const seeHelp = (path: ReadonlyArray<string>): string => `See: ${path.join(" ")} --help`

export const usageLines = (error: CliError.CliError, program: string): ReadonlyArray<string> => {
  const path = error._tag === "ShowHelp" ? error.commandPath : [program]
  const problems = error._tag === "ShowHelp" ? error.errors.map(lineOf) : [lineOf(error)]
  const lines = problems.length === 0 ? ["a command is missing"] : problems
  return [...lines.map((line) => `${program}: ${line.replace(/\s*\n\s*/g, " ")}`), seeHelp(path)]
}
