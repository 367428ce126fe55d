/**
 * What `schedule --json` prints: one line for every run that ended, in the form of the other sync commands, with what the
 * schedule knows of it besides.
 */
import type { Attended } from "@athena-engine/sync/schedule/attend"
import { DateTime, Option } from "effect"
import { printJson } from "./print.ts"

export interface ScheduledRun extends Attended {
  readonly environment: string
  readonly auditEvents: number
}

export const printScheduledRun = ({
  attempt,
  auditEvents,
  dueAt,
  environment,
  job,
  next,
  practiceId,
  results,
  runId,
  status
}: ScheduledRun) =>
  printJson({
    command: "schedule",
    job,
    practiceId,
    runId,
    environment,
    status,
    dueAt: DateTime.formatIso(dueAt),
    attempt,
    ...(Option.isSome(next) ? { nextDue: DateTime.formatIso(next.value) } : {}),
    results,
    auditEvents
  })
