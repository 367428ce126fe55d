/** What an endpoint answers before faults and headers are put on it. */
import type { ErrorAnswer } from "../render/errors.ts"

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
}

/** A bare array, of one or of none. */
export interface RowsAnswer {
  readonly _tag: "Rows"
  readonly rows: ReadonlyArray<string>
  readonly patientIds: ReadonlyArray<string>
}

/** Any other success. */
export interface BodyAnswer {
  readonly _tag: "Body"
  readonly body: string
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
  if (answer._tag === "Rows") return `[${answer.rows.join(",")}]`
  const link = (name: string, target: string | undefined) =>
    target === undefined ? "" : `"${name}":${JSON.stringify(target).replaceAll("/", "\\/")},`
  const total = answer.totalCount === undefined ? "" : `"totalcount":${JSON.stringify(answer.totalCount)},`
  return `{${link("previous", answer.previous)}${total}${link("next", answer.next)}"${answer.recordsKey}":[${answer.rows.join(",")}]}`
}

/** The error with a marker among its texts, which may quote input and so carry patient data. */
export const errorWithMarker = (error: ErrorAnswer, marker: string): ErrorAnswer => ({
  ...error,
  body: error.body.startsWith("\n\n{")
    ? `\n\n${JSON.stringify({ ...JSON.parse(error.body), detailedmessage: `value is ${marker}` })}`
    : `${error.body} ${marker}`
})
