import { patientDataFeed } from "../feed.ts"
import { feedSubscription } from "../feedSubscription.ts"
import type { ListQuery } from "../list.ts"
import { changedLabResultKind } from "./ChangedLabResult.ts"

export interface ChangedLabResultsQuery extends ListQuery {
  /** Only results that patients may see on the portal. */
  readonly showPortalOnly?: boolean
}

/** Lab results that changed, as they are now. Sure of the shape: it was recorded. */
export const ChangedLabResults = patientDataFeed({
  name: "ChangedLabResults",
  verb: "GET",
  path: "/v1/{practiceid}/labresults/changed",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/document-type-lab-result",
  evidence: "recorded",
  repeat: "consumes",
  phi: changedLabResultKind.phi,
  auditedParameters: ["showportalonly"],
  recordsKey: "labresults",
  kind: changedLabResultKind,
  parameters: (query: ChangedLabResultsQuery): Record<string, string> =>
    query.showPortalOnly === undefined ? {} : { showportalonly: String(query.showPortalOnly) }
})

/** The subscription that `ChangedLabResults` needs. The names of its events are not published: ask for them. */
export const ChangedLabResultsSubscription = feedSubscription({
  name: "ChangedLabResults",
  path: "/v1/{practiceid}/labresults/changed/subscription",
  vendorPage: "https://docs.athenahealth.com/api/guides/changed-data-subscriptions",
  evidence: "documented"
})
