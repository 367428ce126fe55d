/**
 * Asks for a provider whom the list does not show by their id, and commits what is said, in one transaction each:
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
import type { Lease } from "@athena-engine/database/locks/Leases"
import { Effect } from "effect"
import { otherRecord } from "../quarantine/otherRecord.ts"
import { release, setAside } from "../quarantine/quarantine.ts"
import { commitOnce } from "../runs/commitOnce.ts"
import { RecordsUnanswered } from "../runs/RunRefusals.ts"
import { addWindow, databaseTime, hasWindow, type Run } from "../runs/Runs.ts"
import { noRows, type RowCounts } from "../runs/SyncResult.ts"
import { markProviderGone, type ProviderToAsk } from "./sql/providersToAsk.ts"
import { storeProviders } from "./sql/storeProviders.ts"

type Reading =
  | { readonly _tag: "Found"; readonly provider: Provider }
  | { readonly _tag: "NotFound" }
  | { readonly _tag: "DoesNotFit"; readonly misfit: Misfit }

const read = ({ practiceId }: Run, providerId: ProviderId) =>
  GetProvider.read({ practiceId, providerId }).pipe(
    Effect.map(
      (provider): Reading =>
        provider.providerId === providerId
          ? { _tag: "Found", provider }
          : { _tag: "DoesNotFit", misfit: otherRecord(providerId, provider.raw) }
    ),
    Effect.catchTag("RecordMisfit", ({ misfit }) => Effect.succeed<Reading>({ _tag: "DoesNotFit", misfit })),
    Effect.catchIf(
      (error) => error._tag === "AthenaError" && error.reason._tag === "RecordNotFound",
      () => Effect.succeed<Reading>({ _tag: "NotFound" })
    )
  )

/** "Not found" of somebody who is stored counts only when it is said twice, and not of a provider who is listed too. */
const readTwice = Effect.fnUntraced(function* (run: Run, asked: ProviderToAsk, control: ProviderId | undefined) {
  const first = yield* read(run, asked.providerId)
  if (first._tag !== "NotFound" || !asked.isStored) return first
  yield* Ping.check(run.practiceId)
  const second = yield* read(run, asked.providerId)
  if (second._tag !== "NotFound") return second
  const isAnswered = control !== undefined && (yield* read(run, control))._tag !== "NotFound"
  return isAnswered ? second : yield* new RecordsUnanswered({ practiceId: run.practiceId, resource: "providers" })
})

/** In the transaction: writes what was said, and answers what that did. */
const write = Effect.fnUntraced(function* (run: Run, id: ProviderId, reading: Reading, readAt: string) {
  const aside = { ...run, resource: "providers" } as const
  switch (reading._tag) {
    case "DoesNotFit":
      yield* setAside(aside, [reading.misfit])
      return { ...noRows, fetched: 1, quarantined: 1 }
    case "NotFound":
      yield* release(aside, [id])
      return { ...noRows, gone: (yield* markProviderGone(run, id, readAt)) ? 1 : 0 }
    case "Found": {
      const { inserted, updated } = yield* storeProviders(run.practiceId, [reading.provider], readAt, false)
      yield* release(aside, [id])
      return { ...noRows, fetched: 1, inserted, updated, unchanged: 1 - inserted - updated }
    }
  }
})

/** The name of the reading among the finished windows. */
export const windowOf = ({ providerId }: ProviderToAsk) => `provider ${providerId}`

/** `control`: a provider who must be there. */
export const askProvider = Effect.fnUntraced(function* (
  run: Run,
  asked: ProviderToAsk,
  control: ProviderId | undefined,
  lease: Lease
) {
  const readAt = yield* databaseTime
  const reading = yield* readTwice(run, asked, control)
  const windowKey = windowOf(asked)
  const work = Effect.gen(function* () {
    const counts: RowCounts = yield* write(run, asked.providerId, reading, readAt)
    yield* addWindow(run, windowKey, readAt, counts)
    return counts
  })
  const isCommitted = hasWindow(run, windowKey, readAt)
  return yield* commitOnce(run, lease, { operation: "providers.ask", work, isCommitted })
})
