import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"

/** The resources that are synchronised, by the names of their tables. */
export const resources = ["appointments", "patients", "departments", "providers", "appointment_types"] as const

/** A resource that is synchronised; any of them may have records in quarantine. */
export type Resource = (typeof resources)[number]

/**
 * What a run is of, which names its lease too: a resource as it is listed, the feed of its changes, which are read beside
 * each other, or what is in quarantine.
 */
export const runResources = [...resources, "changed_appointments", "changed_patients", "quarantine"] as const
export type RunResource = (typeof runResources)[number]

/** The lease of a practice's resource: one run of it at a time. */
export const leaseOf = (resource: RunResource, practiceId: string): string => `${resource} of practice ${practiceId}`

/** What a run did to the rows. */
export interface RowCounts {
  readonly fetched: number
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
  readonly gone: number
  readonly quarantined: number
  /** Windows that moved while they were read, however often they were read again. */
  readonly drifted: number
  /** Of patients: those who turned out to have been merged into another. Their rows count above as well. */
  readonly merged?: number
}

export const noRows: RowCounts = {
  fetched: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  gone: 0,
  quarantined: 0,
  drifted: 0
}

export const addCounts = (a: RowCounts, b: RowCounts): RowCounts => ({
  fetched: a.fetched + b.fetched,
  inserted: a.inserted + b.inserted,
  updated: a.updated + b.updated,
  unchanged: a.unchanged + b.unchanged,
  gone: a.gone + b.gone,
  quarantined: a.quarantined + b.quarantined,
  drifted: a.drifted + b.drifted,
  ...(a.merged === undefined && b.merged === undefined ? {} : { merged: (a.merged ?? 0) + (b.merged ?? 0) })
})

/** What ended a run before its end. No PHI. */
export interface RunFailure {
  readonly tag: string
  readonly message: string
  /** When it may be started again, ISO 8601, if the server said so. */
  readonly retryAt?: string
}

/** One practice's part of a sync command, as `--json` prints it. */
export interface SyncResult extends RowCounts {
  readonly practiceId: PracticeId
  readonly resource: RunResource
  /** The changed-data feed that was read; none where the resource was listed. */
  readonly feed?: "appointments" | "patients"
  /** `complete`; `partial`: something was committed, something is missing or quarantined; `failed`: nothing was. */
  readonly status: "complete" | "partial" | "failed"
  readonly requests: number
  readonly retries: number
  readonly rateLimited: number
  readonly durationMs: number
  readonly error?: RunFailure
  /** In words, what whoever runs it has to know although it is no failure. */
  readonly notes?: ReadonlyArray<string>
}
