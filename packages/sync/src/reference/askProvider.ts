/**
 * Asks for a provider whom the list does not show by their id, and commits what is said, in one transaction each.
 */
import type { ProviderId } from "@athena-engine/athena-core/ids/ProviderId"
import type { Lease } from "@athena-engine/database/locks/Leases"
import { Effect } from "effect"
import { commitOnce } from "../runs/commitOnce.ts"
import { addWindow, databaseTime, hasWindow, type Run } from "../runs/Runs.ts"
import type { RowCounts } from "../runs/SyncResult.ts"
import { readProvider, storeProviderReading } from "./readProvider.ts"
import type { ProviderToAsk } from "./sql/providersToAsk.ts"

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
  const reading = yield* readProvider(run, asked, control)
  const windowKey = windowOf(asked)
  const work = Effect.gen(function* () {
    const counts: RowCounts = yield* storeProviderReading(run, asked.providerId, reading, readAt)
    yield* addWindow(run, windowKey, readAt, counts)
    return counts
  })
  const isCommitted = hasWindow(run, windowKey, readAt)
  return yield* commitOnce(run, lease, { operation: "providers.ask", work, isCommitted })
})
