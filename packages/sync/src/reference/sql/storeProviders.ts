import type { Provider } from "@athena-engine/athena-core/endpoints/practice/Provider"
import type { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { arrayLiteral } from "../../rows/arrayLiteral.ts"
import { contentHash, storableRecord } from "../../rows/storable.ts"
import { countWritten } from "../../rows/Written.ts"

/** As displayed, or else put together; a machine has a last name only. */
const nameOf = ({ displayName, firstName, lastName }: Provider): string | undefined => {
  const name = displayName ?? [firstName, lastName].filter((part) => part !== undefined).join(" ")
  return name === "" ? undefined : name
}

/**
 * In a transaction: inserts or updates providers that are not stored as they are, unless by a newer answer. One that is
 * `isListed` is not unlisted any more; one that was read by its id is.
 */
export const storeProviders = Effect.fnUntraced(function* (
  practiceId: PracticeId,
  providers: ReadonlyArray<Provider>,
  readAt: string,
  isListed = true
) {
  const sql = yield* SqlClient
  const json = providers.map(({ raw }) => storableRecord(raw))
  const column = (read: (provider: Provider) => string | undefined) => arrayLiteral(providers.map(read))
  const written = yield* sql<{ readonly isInserted: boolean }>`
    insert into athena.providers as stored (
      practice_id, provider_id, name, first_name, last_name, entity_type, npi, raw, content_hash, read_at, unlisted_since
    )
    select ${practiceId}, provider_id, name, first_name, last_name, entity_type, npi, raw, decode(content_hash, 'hex'),
      ${readAt}::timestamptz, case when ${isListed}::boolean then null else now() end
    from unnest(
      ${column(({ providerId }) => providerId)}::text[], ${column(nameOf)}::text[],
      ${column(({ firstName }) => firstName)}::text[], ${column(({ lastName }) => lastName)}::text[],
      ${column(({ entityType }) => entityType)}::text[], ${column(({ npi }) => npi)}::text[], ${json}::jsonb[],
      ${arrayLiteral(json.map(contentHash))}::text[]
    ) as provider (provider_id, name, first_name, last_name, entity_type, npi, raw, content_hash)
    on conflict (practice_id, provider_id) do update set
      name = excluded.name, first_name = excluded.first_name, last_name = excluded.last_name,
      entity_type = excluded.entity_type, npi = excluded.npi, raw = excluded.raw, content_hash = excluded.content_hash,
      read_at = excluded.read_at, synced_at = now(), gone_at = null,
      unlisted_since = case when ${isListed}::boolean then null else coalesce(stored.unlisted_since, now()) end
    where excluded.read_at >= stored.read_at
      and (
        stored.content_hash <> excluded.content_hash or stored.gone_at is not null
        or (stored.unlisted_since is null) <> ${isListed}::boolean
      )
    returning xmax = 0 as "isInserted"`
  return countWritten(written)
})
