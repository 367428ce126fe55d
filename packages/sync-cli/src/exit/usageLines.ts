/**
 * What was wrong with the command line, in a line each. The value that was typed is not repeated: it may be anything.
 */
import type { CliError } from "effect/cli"

const lineOf = (error: CliError.NonShowHelpErrors | CliError.CliError): string => {
  switch (error._tag) {
    case "InvalidValue":
      return `--${error.option.replace(/^-+/, "")}: expected ${error.expected.replace(/^Schema validation failed: /, "")}`
    case "UnrecognizedOption":
    case "DuplicateOption":
    case "MissingOption":
    case "MissingArgument":
    case "UnknownSubcommand":
      return error.message
    case "UnexpectedArgument":
      return "unexpected argument"
    default:
      return "the command line is wrong"
  }
}

export const usageLines = (error: CliError.CliError): ReadonlyArray<string> => {
  const path = error._tag === "ShowHelp" ? error.commandPath.join(" ") : "athena-sync"
  const problems = error._tag === "ShowHelp" ? error.errors.map(lineOf) : [lineOf(error)]
  const lines = problems.length === 0 ? ["a command is missing"] : problems
  return [...lines.map((line) => `athena-sync: ${line.replace(/\s*\n\s*/g, " ")}`), `See: ${path} --help`]
}
