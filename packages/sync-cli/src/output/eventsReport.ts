/**
 * Events and deliveries as they stand, and what a redrive did. Ids and states alone: there is nothing else of them.
 */
import type { Redriven } from "@athena-engine/inbox/redrive/redrive"
import type { EventsQuery, ListedDelivery, ListedEvent } from "@athena-engine/inbox/status/readEvents"
import { Ended } from "@athena-engine/program/exit/Ended"
import { Effect } from "effect"
import { print, printJson } from "./print.ts"
import { table } from "./table.ts"
import { remarkLines } from "./wrapped.ts"

const minute = (stamp: string) => stamp.slice(0, 16).replace("T", " ")

const eventsTable = (events: ReadonlyArray<ListedEvent>) =>
  table(
    ["received (UTC)", "practice", "topic", "record", "status", "tries", "why", "event"],
    events.map((one) => [
      minute(one.receivedAt),
      one.practiceId,
      one.topic,
      one.resourceId,
      one.status,
      one.attempts,
      one.lastErrorTag ?? one.keptBecause ?? "",
      one.eventId
    ])
  )

const deliveriesTable = (deliveries: ReadonlyArray<ListedDelivery>) =>
  table(
    ["received (UTC)", "practice", "topic", "record", "handler", "status", "tries", "why", "event"],
    deliveries.map((one) => [
      minute(one.receivedAt),
      one.practiceId,
      one.topic,
      one.resourceId,
      one.handler,
      one.status,
      one.attempts,
      one.lastErrorTag ?? "",
      one.eventId
    ])
  )

export interface EventsReport {
  readonly events: ReadonlyArray<ListedEvent>
  readonly deliveries: ReadonlyArray<ListedDelivery>
}

/** Prints events and deliveries, for people or for machines. */
export const printEvents = (
  environment: string,
  { deliveries, events }: EventsReport,
  { limit, status }: EventsQuery,
  isJson: boolean
) => {
  if (isJson) return printJson({ command: "events list", environment, events, deliveries })
  const isCut = events.length === limit || deliveries.length === limit
  const isDead = [...events, ...deliveries].some((one) => one.status === "dead")
  const parts = [
    events.length === 0 ? `No events${status === undefined ? "" : ` are ${status}`}.` : eventsTable(events),
    ...(deliveries.length === 0 ? [] : [`For handlers:\n${deliveriesTable(deliveries)}`]),
    ...(isCut ? [remarkLines(`The newest ${limit} of each; --limit shows more.`)] : []),
    ...(isDead ? [remarkLines("athena-sync events redrive sends what is dead through again.")] : [])
  ]
  return print(parts.join("\n\n"))
}

const counted = (number: number, one: string, many: string) =>
  `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`

/** Prints what a redrive did; ends with 3 if some of the ids were not dead, and with 1 if none was. */
export const reportRedrive = Effect.fnUntraced(function* (environment: string, redriven: Redriven, isJson: boolean) {
  const { deliveries, events, notDead } = redriven
  if (isJson) yield* printJson({ command: "events redrive", environment, ...redriven })
  else {
    const sent = [
      ...(events === 0 ? [] : [counted(events, "event", "events")]),
      ...(deliveries === 0 ? [] : [counted(deliveries, "delivery to a handler", "deliveries to handlers")])
    ]
    yield* print(
      [
        remarkLines(
          sent.length === 0
            ? "Nothing was dead."
            : `Sent through again: ${sent.join(" and ")}. athena-webhooks does them as soon as it runs.`
        ),
        ...notDead.map((id) => remarkLines(`not dead, or not known: ${id}`))
      ].join("\n")
    )
  }
  if (notDead.length > 0) return yield* new Ended({ code: events + deliveries === 0 ? 1 : 3 })
})
