/**
 * Reads one provider by their id, and stores what is said:
 *
 * - found: who left the practice, or is an id that the list does not show → stored, `unlisted_since` set
 * - not found, twice, while a provider who is listed is found in the same way: `gone_at` set
 * - not found and never stored: nothing to mark
 */
import { GetProvider } from "@athena-engine/athena-core/endpoints/practice/GetProvider"
import { Ping } from "@athena-engine/athena-core/endpoints/practice/Ping"
import type { Provider } from "@athena-engine/athena-core/endpoints/practice/Provider"
import type { Misfit } from "@athena-engine/athena-core/endpoints/RecordKind"
import type { ProviderId } from "@athena-engine/athena-core/ids/ProviderId"
import { Effect } from "effect"
import { otherRecord } from "../quarantine/otherRecord.ts"
import { release, setAside } from "../quarantine/quarantine.ts"
import { RecordsUnanswered } from "../runs/RunRefusals.ts"
import type { Run } from "../runs/Runs.ts"
import { noRows } from "../runs/SyncResult.ts"
import { markProviderGone, type ProviderToAsk } from "./sql/providersToAsk.ts"
import { storeProviders } from "./sql/storeProviders.ts"

export type ProviderReading =
  | { readonly _tag: "Found"; readonly provider: Provider }
  | { readonly _tag: "NotFound" }
  | { readonly _tag: "DoesNotFit"; readonly misfit: Misfit }

const read = ({ practiceId }: Run, providerId: ProviderId) =>
  GetProvider.read({ practiceId, providerId }).pipe(
    Effect.map(
      (provider): ProviderReading =>
        provider.providerId === providerId
          ? { _tag: "Found", provider }
          : { _tag: "DoesNotFit", misfit: otherRecord(providerId, provider.raw) }
    ),
    Effect.catchTag("RecordMisfit", ({ misfit }) => Effect.succeed<ProviderReading>({ _tag: "DoesNotFit", misfit })),
    Effect.catchIf(
      (error) => error._tag === "AthenaError" && error.reason._tag === "RecordNotFound",
      () => Effect.succeed<ProviderReading>({ _tag: "NotFound" })
    )
  )

/** "Not found" of somebody who is stored counts only when it is said twice, and not of a provider who is listed too. */
export const readProvider = Effect.fnUntraced(function* (
  run: Run,
  asked: ProviderToAsk,
  control: ProviderId | undefined
) {
  const first = yield* read(run, asked.providerId)
  if (first._tag !== "NotFound" || !asked.isStored) return first
  yield* Ping.check(run.practiceId)
  const second = yield* read(run, asked.providerId)
  if (second._tag !== "NotFound") return second
  const isAnswered = control !== undefined && (yield* read(run, control))._tag !== "NotFound"
  return isAnswered ? second : yield* new RecordsUnanswered({ practiceId: run.practiceId, resource: "providers" })
})

/** In a transaction: writes what was said, and answers what that did. `isListed`: whether the list shows them, as far as is known. */
export const storeProviderReading = Effect.fnUntraced(function* (
  run: Run,
  id: ProviderId,
  reading: ProviderReading,
  readAt: string,
  isListed = false
) {
  const aside = { ...run, resource: "providers" } as const
  switch (reading._tag) {
    case "DoesNotFit":
      yield* setAside(aside, [reading.misfit])
      return { ...noRows, fetched: 1, quarantined: 1 }
    case "NotFound":
      yield* release(aside, [id])
      return { ...noRows, gone: (yield* markProviderGone(run, id, readAt)) ? 1 : 0 }
    case "Found": {
      const { inserted, updated } = yield* storeProviders(run.practiceId, [reading.provider], readAt, isListed)
      yield* release(aside, [id])
      return { ...noRows, fetched: 1, inserted, updated, unchanged: 1 - inserted - updated }
    }
  }
})
