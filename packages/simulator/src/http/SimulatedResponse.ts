/** What becomes of a request: an answer, or one of the ways in which there is none. */
export type SimulatedResponse = SimulatedAnswer | { readonly _tag: "Reset" } | { readonly _tag: "Hang" }

/** An HTTP answer. */
export interface SimulatedAnswer {
  readonly _tag: "Answer"
  readonly status: number
  /** Names as the vendor spells them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The connection ends after this share of the body (0 to 1), though the headers promised all of it. */
  readonly breakAfter?: number
  /** How it ends: reset by default; `close` as an orderly close would, with no last chunk where the body comes in chunks. */
  readonly breakBy?: "close" | "close-in-chunks"
}
