/** Lists that are short and hold no patient: departments, providers, appointment types, practices. */
import { vendorJson } from "../render/json.ts"
import { draw } from "../world/random.ts"
import { pageLinks, pageWindow, totalCount } from "./paging.ts"
import type { RouteAnswer } from "./RouteAnswer.ts"
import type { RouteContext } from "./RouteContext.ts"

/** One page of `records`, in an order that means nothing. */
export const smallList = (
  context: RouteContext,
  recordsKey: string,
  records: ReadonlyArray<object>,
  parameters: ReadonlyArray<string>
): RouteAnswer => {
  const window = pageWindow(context, 1500)
  if ("_tag" in window) return window
  const shuffled = records.map((record, i) => [draw(5, i), record] as const).sort(([a], [b]) => a - b)
  const rows = shuffled.slice(window.offset, window.offset + window.limit).map(([, record]) => vendorJson(record))
  return {
    _tag: "Page",
    recordsKey,
    totalCount: totalCount(context, records.length),
    ...pageLinks(context, window, records.length, parameters),
    rows,
    patientIds: []
  }
}

/** An array of one record without a patient. */
export const arrayOfOne = (record: object): RouteAnswer => ({
  _tag: "Rows",
  rows: [vendorJson(record)],
  patientIds: []
})
