import { type Context, Metric } from "effect"

/**
 * Why a connection was cut:
 *
 * - `slow`: its request took too long
 * - `headers`: more headers than may be
 * - `unparseable`: no HTTP, or HTTP that two servers might read differently
 * - `too-many`, `too-many-of-address`: over the limit of connections
 */
export type Cut = "slow" | "headers" | "unparseable" | "too-many" | "too-many-of-address"

const cuts = (reason: Cut) =>
  Metric.counter("athena_webhook_cut_connections_total", {
    description: "Connections that the server cut, by reason",
    attributes: { reason },
    incremental: true
  })

/** The same counter, updated outside of a fiber. */
export const countCut =
  (context: Context.Context<never>) =>
  (reason: Cut): void =>
    cuts(reason).updateUnsafe(1, context)
