/**
 * Times without events, and what was done about them.
 */
import type { CaughtUp } from "@athena-engine/inbox/gaps/catchUpNow"
import type { CatchUpReport, GapsReport } from "@athena-engine/inbox/status/readGaps"
import { Ended } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { age } from "./age.ts"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"
import { remarkLines } from "./wrapped.ts"

const minute = (stamp: string | null) => (stamp === null ? "–" : stamp.slice(0, 16).replace("T", " "))

const stateOf = ({ errorTag, finishedAt, startedAt }: CatchUpReport) =>
  finishedAt !== null ? minute(finishedAt) : errorTag !== null ? errorTag : startedAt !== null ? "under way" : "booked"

const catchUpTable = (catchUps: ReadonlyArray<CatchUpReport>) =>
  table(
    ["practice", "reason", "from (UTC)", "to (UTC)", "through", "started (UTC)", "finished", "new", "changed", "gone"],
    catchUps.map((one) => [
      one.practiceId,
      one.reason,
      minute(one.from),
      minute(one.to),
      one.through.join(", "),
      minute(one.startedAt),
      stateOf(one),
      one.inserted,
      one.updated,
      one.gone
    ])
  )

/** The topics that no catch-up can know of, each once a practice, since the first time. */
const blindLines = (catchUps: ReadonlyArray<CatchUpReport>) => {
  const since = new Map<string, string>()
  for (const { practiceId, unknown } of catchUps) {
    // The newest come first.
    for (const one of unknown) since.set(`practice ${practiceId}: ${one.topic}`, one.since)
  }
  return [...since].map(([what, from]) =>
    remarkLines(`${what} has no feed here: what it told of may be missing since ${minute(from)} UTC`)
  )
}

const forPeople = ({ catchUps, downtimes, isOpen, receivers, silences }: GapsReport): string => {
  const now = receivers.filter(({ isReceiving }) => isReceiving).length
  const last = receivers[0]
  const receiving =
    last === undefined
      ? "No copy of athena-webhooks has received here yet."
      : now > 0
        ? `Receiving now: ${now} ${now === 1 ? "copy" : "copies"} of athena-webhooks.`
        : `Nobody receives now. The last one was there at ${minute(last.seenAt)} UTC.`
  return [
    receiving,
    ...(downtimes.length === 0
      ? []
      : [
          "",
          "Nobody received:",
          table(
            ["from (UTC)", "to (UTC)", "for"],
            downtimes.map(({ from, seconds, to }) => [minute(from), minute(to), age(seconds)])
          )
        ]),
    ...(silences.length === 0
      ? []
      : [
          "",
          "Silent for longer than usual (in hours in which it was to be expected):",
          table(
            ["practice", "topic", "since (UTC)", "usual", "times", "looked after"],
            silences.map(({ factor, practiceId, since, topic, usual, verdict }) => [
              practiceId,
              topic,
              minute(since),
              `${usual.toFixed(1)} h`,
              `${factor.toFixed(1)}`,
              verdict
            ])
          )
        ]),
    ...(catchUps.length === 0 ? [] : ["", "Caught up:", catchUpTable(catchUps), ...blindLines(catchUps)]),
    "",
    isOpen ? "A gap is open." : "No gap is open."
  ].join("\n")
}

/** Prints them, for people or for machines. */
export const printGaps = (environment: string, { isOpen, ...report }: GapsReport, isJson: boolean) =>
  isJson
    ? printJson({ command: "events gaps", environment, open: isOpen, ...report })
    : print(forPeople({ isOpen, ...report }))

/** A practice's part of a catch-up. */
export interface RanCatchUp extends CaughtUp {
  readonly report: CatchUpReport | undefined
}

/** What the practices' catch-ups came to. */
interface RanCatchUps {
  readonly command: string
  readonly runId: string
  readonly environment: string
  readonly results: ReadonlyArray<RanCatchUp>
  readonly auditEvents: number
}

/** Prints what was caught up with, and ends the program with 3 if something is still open. */
export const reportCatchUps = Effect.fnUntraced(function* (
  { auditEvents, command, environment, results, runId }: RanCatchUps,
  isJson: boolean
) {
  const reports = results.flatMap(({ report }) => (report === undefined ? [] : [report]))
  const failures = results.flatMap(({ error }) => (error === undefined ? [] : [error]))
  if (isJson) {
    const shown = results.map(({ error, practiceId, report }) => ({
      practiceId,
      ...report,
      ...(error === undefined ? {} : { error })
    }))
    yield* printJson({ command, runId, environment, results: shown, auditEvents })
  } else {
    const lines = [
      ...(reports.length === 0 ? [] : [catchUpTable(reports), ...blindLines(reports)]),
      ...failures.map(({ message }) => remarkLines(message))
    ]
    yield* print(lines.join("\n"))
  }
  if (failures.length > 0) return yield* new Ended({ code: 3 })
})
