import { noPhi } from "../../phi/PhiClass.ts"
import { referenceFeed } from "../feed.ts"
import { feedSubscription } from "../feedSubscription.ts"
import type { ListQuery } from "../list.ts"
import { providerKind } from "./Provider.ts"

/** Providers that changed, as they are now. No patient is behind them. Recorded, without a row in it. */
export const ChangedProviders = referenceFeed({
  name: "ChangedProviders",
  verb: "GET",
  path: "/v1/{practiceid}/providers/changed",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/provider",
  evidence: "documented",
  repeat: "consumes",
  phi: noPhi,
  auditedParameters: [],
  recordsKey: "providers",
  kind: providerKind,
  parameters: (_query: ListQuery) => ({})
})

/** The subscription that `ChangedProviders` needs. By default: ProviderAdd, ProviderUpdate, ProviderDelete, ProviderUndelete. */
export const ChangedProvidersSubscription = feedSubscription({
  name: "ChangedProviders",
  path: "/v1/{practiceid}/providers/changed/subscription",
  vendorPage: "https://docs.athenahealth.com/api/guides/changed-data-subscriptions",
  evidence: "recorded"
})
