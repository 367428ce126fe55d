/**
 * How a program ends: its exit code, and the one line on stderr that says why.
 *
 * 0 all done · 1 failed · 2 usage or configuration · 3 part of the work failed or was quarantined · 130/143 stopped by a
 * signal. An expected failure never shows a stack trace, and none shows a value: of a bug only its kind is told.
 */
import { tagOf } from "@athena-engine/athena-core/observability/safeCause"
import { Cause, type Exit, Exit as Exits, Option, Predicate } from "effect"
import { CliError } from "effect/cli"
import { UsageError } from "./Ended.ts"
import { seeHelp, usageLines } from "./usageLines.ts"

export interface Ending {
  readonly code: number
  readonly lines: ReadonlyArray<string>
}

/** Errors that mean: the program was asked or configured wrongly; nothing was done. */
const isConfiguration = (tag: string) =>
  ["ConfigurationInvalid", "EnvironmentMismatch", "HandlersInvalid"].includes(tag)

/** Errors whose messages are written for people and hold nothing else. */
const isOurs = (tag: string) =>
  isConfiguration(tag) ||
  [
    "DatabaseUnavailable",
    "DatabaseError",
    "DatabaseIsNewer",
    "DatabaseNotMigrated",
    "MigrationFailed",
    "AuditTrailUnavailable",
    "AuditTrailUnreadable",
    "AthenaError",
    "LeaseHeld",
    "LeaseLost",
    "NextPageRefused",
    "PortUnavailable",
    "ScopeNotGranted",
    "SimulatorServerError",
    "WebServerFailed"
  ].includes(tag)

const endingOf = (error: unknown, program: string): Ending => {
  if (CliError.isCliError(error)) return { code: 2, lines: usageLines(error, program) }
  if (error instanceof UsageError) {
    return { code: 2, lines: [`${program}: ${error.message}`, seeHelp([program, error.command])] }
  }
  const tag = tagOf(error).split("/")[0] ?? ""
  if (Predicate.hasProperty(error, "code") && tag === "Ended") return { code: Number(error.code), lines: [] }
  if (isOurs(tag) && error instanceof Error) {
    return { code: isConfiguration(tag) ? 2 : 1, lines: [`${program}: ${error.message}`] }
  }
  return { code: 1, lines: [bug(tagOf(error), program)] }
}

const bug = (kind: string, program: string) =>
  `${program}: a bug ended the program (${kind}). What was committed stays. Please report it, with the command you ran.`

export interface Circumstances {
  /** As it is typed. */
  readonly program: string
  /** The signal that was received, if any. */
  readonly signal?: "SIGINT" | "SIGTERM" | undefined
  /** The command fetches, and can go on where it was stopped. */
  readonly isSync: boolean
}

export const endingOfExit = (exit: Exit.Exit<unknown, unknown>, { isSync, program, signal }: Circumstances): Ending => {
  if (Exits.isSuccess(exit)) return { code: 0, lines: [] }
  if (Cause.hasInterruptsOnly(exit.cause)) {
    return {
      code: signal === "SIGTERM" ? 143 : 130,
      lines: [
        `${program}: stopped.${isSync ? " What was fetched so far is committed; the same command goes on from there." : ""}`
      ]
    }
  }
  return Option.match(Cause.findErrorOption(exit.cause), {
    onSome: (error) => endingOf(error, program),
    onNone: () => ({ code: 1, lines: [bug(tagOf(Cause.squash(exit.cause)), program)] })
  })
}
