/** What can be subscribed to, what is, and what was done about it. */

import { Ended } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { status as inColour } from "./colours.ts"
import { print, printJson } from "./print.ts"
import { table, tableRows } from "./table.ts"
import { remarkLines, terminalWidth } from "./wrapped.ts"

export interface ShownTopic {
  readonly topic: string
  readonly description: string | null
  readonly status: string | null
}

export interface ShownSubscription {
  readonly subscriptionId: string
  readonly practiceId: string | null
  readonly topic: string | null
  readonly endpoint: string | null
  readonly status: string | null
  readonly endsAt: string | null
}

/** What became of one subscription. */
export interface SubscriptionResult {
  readonly practiceId: string | null
  readonly topic: string | null
  readonly endpoint: string | null
  /** None where it was not created. */
  readonly subscriptionId: string | null
  /**
   * `exists`: it was there already, and left as it is. `missing`: it should be there, or there is only one that ends within
   * a month. `surplus`: it should not be there.
   */
  readonly status: "created" | "exists" | "deleted" | "failed" | "missing" | "surplus"
  readonly error?: { readonly tag: string; readonly message: string }
}

export const reportTopics = (environment: string, topics: ReadonlyArray<ShownTopic>, isJson: boolean) =>
  isJson
    ? printJson({ command: "subscriptions topics", environment, topics })
    : print(
        topics.length === 0
          ? "There are no topics."
          : table(
              ["topic", "status"],
              topics.map(({ status, topic }) => [topic, status ?? "–"])
            )
      )

export const reportSubscriptions = (
  environment: string,
  subscriptions: ReadonlyArray<ShownSubscription>,
  isJson: boolean
) => {
  if (isJson) return printJson({ command: "subscriptions list", environment, subscriptions })
  if (subscriptions.length === 0) return print("There are no subscriptions.")
  const rows = subscriptions.map((one) => [
    one.subscriptionId,
    one.practiceId ?? "–",
    one.topic ?? "–",
    one.status ?? "–",
    one.endsAt?.slice(0, 10) ?? "–"
  ])
  const shown = tableRows(["id", "practice", "topic", "status", "ends"], rows)
  // Where its events go is longer than a column.
  const lines = shown.rows.flatMap((row, n) => [row, `    ${subscriptions[n]?.endpoint ?? "no endpoint"}`])
  return print([shown.headings, ...lines].join("\n"))
}

/** Prints what was done; ends with 1 if nothing could be, and with 3 if part of it could not or is left to do. */
export const reportSubscriptionResults = Effect.fnUntraced(function* (
  command: string,
  environment: string,
  results: ReadonlyArray<SubscriptionResult>,
  isJson: boolean
) {
  const rows = results.map((one) => [
    one.practiceId ?? "–",
    one.topic ?? "–",
    inColour(one.status),
    one.subscriptionId ?? one.error?.tag ?? "–"
  ])
  const failures = results.flatMap(({ error }) => (error === undefined ? [] : [error]))
  const notes = failures.map(({ message }) => remarkLines(message, terminalWidth()))
  yield* isJson
    ? printJson({ command, environment, results })
    : print([table(["practice", "topic", "status", "id"], rows), ...notes].join("\n"))
  if (failures.length > 0) return yield* new Ended({ code: failures.length === results.length ? 1 : 3 })
  if (results.some(({ status }) => status === "missing" || status === "surplus")) return yield* new Ended({ code: 3 })
})
