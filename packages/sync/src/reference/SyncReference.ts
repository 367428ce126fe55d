/**
 * Brings a practice's reference data up to date: departments, providers, appointment types, with what the vendor's lists
 * hide unless told otherwise (departments that the portal hides, further ids of one provider, types that are not for
 * patients).
 *
 * list → commit → for providers: those whom it does not show, by their ids
 *
 * A row that a whole list lacks is told of by `unlisted_since`; that is no word about the record. Safe to start again at
 * any time: unchanged rows are not written.
 */
import type { AppointmentType } from "@athena-engine/athena-core/endpoints/appointments/AppointmentType"
import { ListAppointmentTypes } from "@athena-engine/athena-core/endpoints/appointments/ListAppointmentTypes"
import type { Department } from "@athena-engine/athena-core/endpoints/practice/Department"
import { ListProviders } from "@athena-engine/athena-core/endpoints/practice/ListProviders"
import type { Provider } from "@athena-engine/athena-core/endpoints/practice/Provider"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { RunId } from "@athena-engine/athena-core/ids/RunId"
import { Effect, Option } from "effect"
import { storeDepartments } from "../departments/storeDepartments.ts"
import { listDepartments } from "../departments/syncDepartments.ts"
import { DepartmentsMissing } from "../runs/RunRefusals.ts"
import { databaseTime } from "../runs/Runs.ts"
import { type RunContext, runPractice } from "../runs/runPractice.ts"
import { SyncProgress } from "../runs/SyncProgress.ts"
import { makeTolerance } from "../runs/Tolerance.ts"
import { readWhole, type WholeList } from "../walk/readWhole.ts"
import { askProvider, windowOf } from "./askProvider.ts"
import { commitList, type ReferenceTable } from "./commitList.ts"
import { providersToAsk } from "./sql/providersToAsk.ts"
import { storeAppointmentTypes } from "./sql/storeAppointmentTypes.ts"
import { storeProviders } from "./sql/storeProviders.ts"

export interface SyncReferenceOptions {
  readonly runId: RunId
  readonly practiceId: PracticeId
  /** Who runs it, in words for whoever meets its lease. */
  readonly holder: string
}

/** Providers who are asked for at the same time; the budget decides how many requests are sent. */
const providersAtOnce = 8

const departments: ReferenceTable<Department> = {
  resource: "departments",
  idOf: ({ departmentId }) => departmentId,
  store: storeDepartments
}

const providers: ReferenceTable<Provider> = {
  resource: "providers",
  idOf: ({ providerId }) => providerId,
  store: storeProviders
}

const appointmentTypes: ReferenceTable<AppointmentType> = {
  resource: "appointment_types",
  idOf: ({ appointmentTypeId }) => appointmentTypeId,
  store: storeAppointmentTypes
}

/** Commits a list, and tells of it. */
const commitAndReport = Effect.fnUntraced(function* <A>(
  { committed, lease, run }: RunContext,
  table: ReferenceTable<A>,
  list: WholeList<A>,
  readAt: string
) {
  const report = yield* SyncProgress
  const counts = yield* commitList(run, table, list, readAt, lease)
  yield* committed(counts)
  yield* report({
    practiceId: run.practiceId,
    resource: run.resource,
    windowsDone: 1,
    windows: 1,
    fetched: counts.fetched
  })
})

const syncDepartments = Effect.fnUntraced(function* (context: RunContext) {
  const { practiceId } = context.run
  const readAt = yield* databaseTime
  const list = yield* listDepartments(practiceId)
  if (list.records.length + list.misfits.length === 0) return yield* new DepartmentsMissing({ practiceId })
  yield* commitAndReport(context, departments, list, readAt)
})

const syncAppointmentTypes = Effect.fnUntraced(function* (context: RunContext) {
  const { practiceId } = context.run
  const readAt = yield* databaseTime
  const list = yield* readWhole(ListAppointmentTypes.pages({ practiceId }), appointmentTypes.idOf)
  yield* commitAndReport(context, appointmentTypes, list, readAt)
})

const syncProviders = Effect.fnUntraced(function* (context: RunContext) {
  const { committed, finished, lease, run } = context
  const tolerance = makeTolerance()
  const readAt = yield* databaseTime
  const list = yield* readWhole(ListProviders.pages({ practiceId: run.practiceId }), providers.idOf)
  yield* commitAndReport(context, providers, list, readAt)
  // A list that shows nobody, or that may be in part, says of nobody that they are not in it.
  const hidden = list.isWhole ? yield* providersToAsk(run, list.ids) : []
  const control = list.records[0]?.providerId
  yield* Effect.forEach(
    hidden.filter((asked) => !finished.has(windowOf(asked))),
    (asked) =>
      Effect.flatMap(
        tolerance.part(askProvider(run, asked, control, lease), { providerId: asked.providerId }),
        Option.match({ onNone: () => Effect.void, onSome: committed })
      ),
    { concurrency: providersAtOnce, discard: true }
  )
  yield* tolerance.conclude
})

const works = [
  ["departments", syncDepartments],
  ["providers", syncProviders],
  ["appointment_types", syncAppointmentTypes]
] as const

/** One result for each resource; one that fails costs the others nothing. */
export const syncReference = (options: SyncReferenceOptions) =>
  Effect.forEach(works, ([resource, work]) => runPractice({ ...options, resource, scope: "all" }, work), {
    concurrency: works.length
  })
