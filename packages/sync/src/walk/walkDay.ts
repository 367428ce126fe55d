import type { DepartmentId } from "@athena-engine/athena-core/ids/DepartmentId"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import type { LocalDate } from "@athena-engine/athena-core/time/LocalDate"
import { Effect } from "effect"
import { Collected } from "./Collected.ts"
import type { MakeRoom } from "./RowsInHand.ts"
import { type Walked, walkList } from "./walkList.ts"

/** One day over all departments; a practice with very many is asked in several lists. */
export const walkDay = Effect.fnUntraced(function* (
  practiceId: PracticeId,
  date: LocalDate,
  chunks: ReadonlyArray<ReadonlyArray<DepartmentId>>,
  makeRoom: MakeRoom
) {
  const walks = yield* Effect.forEach(
    chunks,
    (departmentIds) => walkList({ practiceId, from: date, to: date, departmentIds }, makeRoom),
    { concurrency: 2 }
  )
  const collected = new Collected()
  for (const walk of walks) collected.addAll(walk.collected)
  return { collected, hasDrifted: walks.some((walk) => walk.hasDrifted) } satisfies Walked
})
