/**
 * What an operator watches of the receiver. Tags are fixed words; no address, id or text of a request is among them.
 */
import { type Context, Metric } from "effect"

/**
 * Why a request was not acknowledged:
 *
 * - `missing`, `malformed`, `method`, `mismatch`: its signature (401)
 * - `limited`: unverified, and one too many of its address (429)
 * - `too-large` (413), `not-json` and `not-a-bundle` (400), `wrong-method` (405)
 * - `full`, `not-committed`, `late`, `failed`: the inbox, `no-room`: large bodies at once (503)
 * - `gone`: the sender went away before its request was whole
 */
export type Refusal =
  | "missing"
  | "malformed"
  | "method"
  | "mismatch"
  | "limited"
  | "too-large"
  | "not-json"
  | "not-a-bundle"
  | "wrong-method"
  | "full"
  | "not-committed"
  | "late"
  | "failed"
  | "no-room"
  | "gone"

/**
 * A metric for each value of a tag, with the tag from its making: `Metric.withAttributes` would put together the name of its
 * series anew at every update.
 */
const tagged = <Input>(context: Context.Context<never>, make: (value: string) => Metric.Metric<Input, unknown>) => {
  const metrics = new Map<string, Metric.Metric<Input, unknown>>()
  return (value: string, input: Input): void => {
    const metric = metrics.get(value) ?? make(value)
    metrics.set(value, metric)
    metric.updateUnsafe(input, context)
  }
}

const refusals = (reason: string) =>
  Metric.counter("athena_webhook_refusals_total", {
    description: "Requests that were not acknowledged, by reason",
    attributes: { reason },
    incremental: true
  })

const notifications = (kind: string) =>
  Metric.counter("athena_webhook_notifications_total", {
    description: "Verified notifications that were acknowledged, by what they were",
    attributes: { kind },
    incremental: true
  })

const unread = Metric.counter("athena_webhook_unread_events_total", {
  description: "Events that acknowledged notifications told of and that could not be read",
  incremental: true
})

/** The name of the histogram of acknowledgements. */
export const acknowledgementName = "athena_webhook_acknowledgement_seconds"

const acknowledgement = (outcome: string) =>
  Metric.histogram(acknowledgementName, {
    description: "From the headers of a verified notification to its answer",
    attributes: { outcome },
    boundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2]
  })

/** The same metrics, updated outside of a fiber. */
export const receiverMetrics = (context: Context.Context<never>) => {
  const refused = tagged<number>(context, refusals)
  const acknowledged = tagged<number>(context, notifications)
  const took = tagged<number>(context, acknowledgement)
  return {
    refused: (reason: Refusal) => refused(reason, 1),
    /** `events`, `unreadable`, `handshake`, `heartbeat` … */
    acknowledged: (kind: string) => acknowledged(kind, 1),
    unread: (count: number) => unread.updateUnsafe(count, context),
    answered: (outcome: "committed" | "busy", milliseconds: number) => took(outcome, milliseconds / 1000)
  }
}
