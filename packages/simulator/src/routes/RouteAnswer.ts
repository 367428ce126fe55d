/** What an endpoint answers before faults and headers are put on it. */
import type { ErrorAnswer } from "../render/errors.ts"
import { vendorJson } from "../render/json.ts"

export type RouteAnswer = PageAnswer | RowsAnswer | BodyAnswer | RefusedAnswer

/** A list with its envelope. Rows are rendered JSON; which patients they name is kept beside them. */
export interface PageAnswer {
  readonly _tag: "Page"
  readonly recordsKey: string
  readonly totalCount: number | string | undefined
  readonly next: string | undefined
  readonly previous: string | undefined
  readonly rows: ReadonlyArray<string>
  readonly patientIds: ReadonlyArray<string>
  /** What stands beside the rows, such as a section's note. */
  readonly beside?: object
}

/** A bare array, mostly of one or of none. */
export interface RowsAnswer {
  readonly _tag: "Rows"
  readonly rows: ReadonlyArray<string>
  readonly patientIds: ReadonlyArray<string>
  /** One row, and no array around it. */
  readonly isBare?: true
}

/** Any other success. */
export interface BodyAnswer {
  readonly _tag: "Body"
  readonly body: string
  /** 200 by default. */
  readonly status?: number
  /** JSON by default. */
  readonly contentType?: string
  /** Whom it is about. */
  readonly patientIds?: ReadonlyArray<string>
}

/** The endpoint refused. */
export interface RefusedAnswer {
  readonly _tag: "Refused"
  readonly error: ErrorAnswer
}

export const refuse = (error: ErrorAnswer): RefusedAnswer => ({ _tag: "Refused", error })

/** The JSON of an answer that was not refused. */
export const bodyOf = (answer: PageAnswer | RowsAnswer | BodyAnswer): string => {
  if (answer._tag === "Body") return answer.body
  if (answer._tag === "Rows") return answer.isBare ? answer.rows.join() : `[${answer.rows.join(",")}]`
  const link = (name: string, target: string | undefined) =>
    target === undefined ? "" : `"${name}":${JSON.stringify(target).replaceAll("/", "\\/")},`
  const total = answer.totalCount === undefined ? "" : `"totalcount":${JSON.stringify(answer.totalCount)},`
  const beside = Object.entries(answer.beside ?? {}).map(([name, value]) => `"${name}":${vendorJson(value)},`)
  return `{${link("previous", answer.previous)}${total}${link("next", answer.next)}${beside.join("")}"${answer.recordsKey}":[${answer.rows.join(",")}]}`
}

/** The error with a marker among its texts, which may quote input and so carry patient data. */
export const errorWithMarker = (error: ErrorAnswer, marker: string): ErrorAnswer => ({
  ...error,
  body: error.body.startsWith("\n\n{")
    ? `\n\n${JSON.stringify({ ...JSON.parse(error.body), detailedmessage: `value is ${marker}` })}`
    : `${error.body} ${marker}`
})
