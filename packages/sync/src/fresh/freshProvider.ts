import { ProviderId } from "@athena-engine/athena-core/ids/ProviderId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { readProvider, storeProviderReading } from "../reference/readProvider.ts"
import type { Run } from "../runs/Runs.ts"

/** Whether the provider is stored and listed, and another one who must be there. */
const knownOf = Effect.fnUntraced(function* ({ practiceId }: Run, id: ProviderId) {
  const sql = yield* SqlClient
  const rows = yield* sql<{ readonly id: string; readonly isListed: boolean }>`
    (select provider_id as id, unlisted_since is null as "isListed" from athena.providers
      where practice_id = ${practiceId} and provider_id = ${id})
    union all
    (select provider_id, true from athena.providers
      where practice_id = ${practiceId} and provider_id <> ${id} and gone_at is null and unlisted_since is null limit 1)`.pipe(
    rideOut("providers.known")
  )
  const stored = rows.find((row) => row.id === id)
  const control = rows.find((row) => row.id !== id)
  return {
    isStored: stored !== undefined,
    isListed: stored?.isListed ?? true,
    control: control === undefined ? undefined : ProviderId.make(control.id)
  }
})

/** The provider as they are now. Whether the list shows them is for the next reading of the list to say. */
export const freshProvider = Effect.fnUntraced(function* (run: Run, id: ProviderId) {
  const { control, isListed, isStored } = yield* knownOf(run, id)
  const reading = yield* readProvider(run, { providerId: id, isStored }, control)
  return {
    record: reading._tag === "Found" ? reading.provider : undefined,
    store: (readAt: string) => storeProviderReading(run, id, reading, readAt, isListed)
  }
})
