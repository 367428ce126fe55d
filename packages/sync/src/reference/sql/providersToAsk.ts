import { ProviderId } from "@athena-engine/athena-core/ids/ProviderId"
import { rideOut } from "@athena-engine/database/outages/rideOut"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import type { Run } from "../../runs/Runs.ts"

/** A provider whom the list does not show. */
export interface ProviderToAsk {
  readonly providerId: ProviderId
  /** Whether there is a row, which must not be marked as gone lightly. */
  readonly isStored: boolean
}

/**
 * Providers who are to be asked for by their ids: those who are stored and not listed, and those who are not stored and
 * whom an appointment names. Who left the practice is in no list any more, and the appointments with them stay.
 */
export const providersToAsk = Effect.fnUntraced(function* (run: Run, listedIds: ReadonlyArray<string>) {
  const sql = yield* SqlClient
  const listed = arrayLiteral(listedIds)
  const rows = yield* sql<{ readonly id: string; readonly isStored: boolean }>`
    select provider_id as id, true as "isStored" from athena.providers
    where practice_id = ${run.practiceId} and gone_at is null and unlisted_since is not null
      and provider_id <> all(${listed}::text[])
    union all
    select named.id, false from (
      select distinct provider_id as id from athena.appointments
      where practice_id = ${run.practiceId} and provider_id is not null and gone_at is null
    ) as named
    where named.id <> all(${listed}::text[]) and not exists (
      select from athena.providers as provider
      where provider.practice_id = ${run.practiceId} and provider.provider_id = named.id
    )
    order by id`.pipe(rideOut("providers.unlisted"))
  return rows.map(({ id, isStored }): ProviderToAsk => ({ providerId: ProviderId.make(id), isStored }))
})

/** The vendor knows the provider no longer; unless a newer answer came meanwhile. */
export const markProviderGone = Effect.fnUntraced(function* (run: Run, id: ProviderId, readAt: string) {
  const sql = yield* SqlClient
  const rows = yield* sql`
    update athena.providers set gone_at = now(), synced_at = now()
    where practice_id = ${run.practiceId} and provider_id = ${id} and gone_at is null
      and read_at <= ${readAt}::timestamptz
    returning 1`
  return rows.length > 0
})
