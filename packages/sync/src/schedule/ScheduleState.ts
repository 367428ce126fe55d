import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { Job, Step } from "./Job.ts"

/** A run that is begun and has something left to do. */
export interface OpenRun {
  /** When it was due. */
  readonly dueAt: number
  /** When it was begun first; what it reads is at least as new as this. */
  readonly startedAt: number
  /** What is left to do. */
  readonly pending: ReadonlyArray<Step>
  /** How often it was tried since it was due: 0 when its last try was told to wait, or was stopped by a signal. */
  readonly attempts: number
  /** When it may be tried again, if not at once. */
  readonly notBefore: number | undefined
}

/** Where a practice's job stands. Times are the database's, as milliseconds since 1970. */
export interface ScheduleState {
  readonly practiceId: PracticeId
  readonly job: Job
  /** Whatever was due up to then is done, or need not be. */
  readonly coveredUntil: number
  readonly open: OpenRun | undefined
}
