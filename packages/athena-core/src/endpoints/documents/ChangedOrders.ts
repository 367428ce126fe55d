import type { DepartmentId } from "../../ids/DepartmentId.ts"
import { patientDataFeed } from "../feed.ts"
import { feedSubscription } from "../feedSubscription.ts"
import type { ListQuery } from "../list.ts"
import { orderKind } from "./OrderDocument.ts"

export interface ChangedOrdersQuery extends ListQuery {
  readonly departmentId?: DepartmentId
}

/**
 * Orders that changed, as they are now. Path and parameters are documented; of a row nothing was seen but the fields that
 * other clients read.
 */
export const ChangedOrders = patientDataFeed({
  name: "ChangedOrders",
  verb: "GET",
  path: "/v1/{practiceid}/orders/changed",
  vendorPage: "https://docs.athenahealth.com/api/api-ref/document-type-order",
  evidence: "inferred",
  repeat: "consumes",
  phi: orderKind.phi,
  auditedParameters: ["departmentid"],
  recordsKey: "orders",
  kind: orderKind,
  parameters: (query: ChangedOrdersQuery): Record<string, string> =>
    query.departmentId === undefined ? {} : { departmentid: query.departmentId }
})

/** The subscription that `ChangedOrders` needs. The names of its events are not published: ask for them. */
export const ChangedOrdersSubscription = feedSubscription({
  name: "ChangedOrders",
  path: "/v1/{practiceid}/orders/changed/subscription",
  vendorPage: "https://docs.athenahealth.com/api/guides/changed-data-subscriptions",
  evidence: "documented"
})
