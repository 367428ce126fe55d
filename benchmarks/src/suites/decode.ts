import { Effect, Schema } from "effect"
import { runWorker } from "../processes/runWorker.ts"
import type { Line } from "../report/Report.ts"
import type { Suite } from "./Suite.ts"

const Kind = Schema.Struct({
  records: Schema.Finite,
  bytes: Schema.Finite,
  parse: Schema.Finite,
  decode: Schema.Finite
})
const Result = Schema.Struct({ appointment: Kind, patient: Kind })

/** Decoding records into typed, redacted ones, against `JSON.parse` of their text. */
export const decode: Suite = () =>
  Effect.map(runWorker("decode", {}, Result), (result) => ({
    name: "decode",
    about:
      "Microseconds a record, of records as the simulator renders them: `JSON.parse` of the text, then the decoding of " +
      "what it gave. Ratios are to `JSON.parse`.",
    lines: (["appointment", "patient"] as const).flatMap((kind): ReadonlyArray<Line> => {
      const { bytes, decode, parse } = result[kind]
      return [
        {
          what: `${kind}, JSON.parse`,
          measured: `${parse.toFixed(2)} µs for ${Math.round(bytes)} bytes`,
          ratio: undefined
        },
        { what: `${kind}, decode`, measured: `${decode.toFixed(2)} µs`, ratio: decode / parse }
      ]
    })
  }))
