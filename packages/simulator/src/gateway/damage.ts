/** Faults that stand in for an answer, and faults that damage its bytes. */
import type { Fault } from "../faults/FaultPlan.ts"
import type { SimulatedAnswer, SimulatedResponse } from "../http/SimulatedResponse.ts"
import { apiError, gatewayFault, htmlPage, invalidPractice } from "../render/errors.ts"
import { errorContentType } from "./headers.ts"

/** An answer before the standard headers are put on it. */
export interface Drafted {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly contentType: string
  readonly body: string
}

/** The first fault that answers instead of the endpoint. */
export const faultAnswer = (
  faults: ReadonlyArray<Fault>
): Drafted | Exclude<SimulatedResponse, { _tag: "Answer" }> | undefined => {
  for (const fault of faults) {
    if (fault.kind === "reset") return { _tag: "Reset" }
    if (fault.kind === "hang") return { _tag: "Hang" }
    if (fault.kind === "practiceOutage") return { headers: {}, contentType: errorContentType, ...invalidPractice }
    if (fault.kind === "status") return statusAnswer(fault)
  }
  return undefined
}

/** The answer with its bytes cut, garbled or mislabelled. */
export const damaged = (response: SimulatedResponse, faults: ReadonlyArray<Fault>): SimulatedResponse => {
  if (response._tag !== "Answer") return response
  let answer = response
  for (const fault of faults) answer = damagedBy(answer, fault)
  return answer
}

const damagedBy = (answer: SimulatedAnswer, fault: Fault): SimulatedAnswer => {
  switch (fault.kind) {
    case "truncate":
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length * fault.after)) }
    case "malformedJson":
      return { ...answer, body: answer.body.replace(/[:,]/, ";;") }
    case "resetMidBody":
      return { ...answer, breakAfter: fault.after }
    case "closeMidBody":
      return { ...answer, breakAfter: fault.after, breakBy: fault.chunked === true ? "close-in-chunks" : "close" }
    case "contentType":
      return { ...answer, headers: { ...answer.headers, "Content-Type": fault.contentType } }
    default:
      return answer
  }
}

const titles: Readonly<Record<number, string>> = {
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Time-out"
}

const statusAnswer = (fault: Extract<Fault, { kind: "status" }>): Drafted => {
  const title = titles[fault.status] ?? "Error"
  const style = fault.body ?? (fault.status === 502 || fault.status === 504 ? "html" : "json")
  const error = {
    json: apiError(fault.status, { error: title }),
    html: htmlPage(fault.status, title),
    apigee: gatewayFault(fault.status, title, "messaging.adaptors.http.flow.ServiceUnavailable"),
    empty: { status: fault.status, body: "" }
  }[style]
  return {
    contentType: errorContentType,
    ...error,
    headers: fault.retryAfter === undefined ? {} : { "Retry-After": fault.retryAfter }
  }
}
