/** Faults that change what an endpoint says: its rows, its envelope. */
import { errorWithMarker, type RouteAnswer, refuse } from "../routes/RouteAnswer.ts"
import type { Fault } from "./FaultPlan.ts"

/** `requestNumber` makes what has to differ from page to page differ. `self` is the request's own path with query. */
export const withAnswerFaults = (
  answer: RouteAnswer,
  faults: ReadonlyArray<Fault>,
  requestNumber: number,
  self: string
): RouteAnswer => faults.reduce<RouteAnswer>((changed, fault) => withFault(changed, fault, requestNumber, self), answer)

const withFault = (answer: RouteAnswer, fault: Fault, requestNumber: number, self: string): RouteAnswer => {
  if (answer._tag === "Refused") {
    return fault.kind === "plantMarker" ? refuse(errorWithMarker(answer.error, fault.marker)) : answer
  }
  if (fault.kind === "failureInside") {
    return { _tag: "Body", body: `{"success":false,"errormessage":"The request could not be completed."}` }
  }
  if (answer._tag === "Body") return answer
  if (fault.kind === "badRecord") return { ...answer, rows: answer.rows.map(badRow(fault)) }
  if (answer._tag === "Rows") return answer
  switch (fault.kind) {
    case "totalCount":
      return { ...answer, totalCount: otherTotal(answer.totalCount, fault.as, requestNumber) }
    case "emptyPageWithNext":
      return { ...answer, rows: [], patientIds: [], next: answer.next ?? self }
    case "stuckNext":
      return { ...answer, next: self }
    case "repeatRows":
      return { ...answer, rows: [...answer.rows, ...answer.rows.slice(0, fault.rows)] }
    default:
      return answer
  }
}

const otherTotal = (total: number | string | undefined, as: "missing" | "text" | "changing", requestNumber: number) => {
  if (as === "missing") return undefined
  return as === "text" ? String(total) : Number(total) + 1 + (requestNumber % 5)
}

const badRow =
  (fault: Extract<Fault, { kind: "badRecord" }>) =>
  (row: string, i: number): string => {
    if ((i + 1) % (fault.every ?? 1) !== 0) return row
    const record: Record<string, unknown> = JSON.parse(row)
    return JSON.stringify({ ...record, [fault.field]: fault.value === undefined ? impossible : fault.value })
  }

const impossible = { unexpected: ["shape"] }
