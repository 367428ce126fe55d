import type { Headers } from "effect/http"
import type { BodyText } from "./BodyText.ts"

/** An answer as it came off the wire, not yet judged. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Headers.Headers
  readonly body: BodyText
}
