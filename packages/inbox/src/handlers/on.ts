/**
 * Handlers: what a team's own program does when something has happened.
 *
 * ```ts
 * const greet = on("Appointment.check-in", { name: "greet" }, ({ idempotencyKey, record }) =>
 *   record === undefined ? Effect.void : sendGreeting(record.appointmentId, idempotencyKey)
 * )
 * ```
 *
 * - **At least once.** A handler whose process dies is called again, with the same `idempotencyKey`.
 * - **In order, for each record.** The events of one record come one after the other, each after the handler is done with the one
 *   before, or has given it up. Different records come at the same time, up to `concurrency`.
 * - **On its own.** Each handler has retries and dead letters of its own; what it does or fails to do keeps nobody else waiting.
 *
 * Of a failure only the error's tag is stored.
 */
import { type EventTopicName, type EventType, eventTopics } from "@athena-engine/athena-core/events/topics"
import { type Array as Arr, Duration, type Effect } from "effect"
import type { AnyDelivery, Delivery } from "./Delivery.ts"

/** A topic, or all of a type: `Appointment.check-in`, `Appointment.*`. */
export type TopicPattern = EventTopicName | `${EventType}.*`

/** The topics that a pattern stands for. */
export type TopicsOf<Pattern extends TopicPattern> = Pattern extends EventTopicName
  ? Pattern
  : Pattern extends `${infer Type extends EventType}.*`
    ? Extract<EventTopicName, `${Type}.${string}`>
    : never

export interface HandlerOptions {
  /**
   * Stays the same for as long as the handler does: what it is owed is kept under this name. Letters, digits, `.`, `_` and `-`.
   * Under a new name it begins with what comes from now on.
   */
  readonly name: string
  /** Calls at the same time, in each process. 4 by default. */
  readonly concurrency?: number
  /** How long one call may take; then it is interrupted and counts as failed. 30 s by default. */
  readonly timeout?: Duration.Input
  /** Calls before an event is given up. 12 by default, over about 6 hours: 5 s, then three times as long each time, up to an hour. */
  readonly attempts?: number
}

/** A handler, with `R` what it needs besides a `Scope`. */
export interface Handler<R> {
  readonly name: string
  /** In full; a pattern that stands for no topic is among them as it is. */
  readonly topics: ReadonlyArray<string>
  readonly concurrency: number
  readonly timeout: Duration.Duration
  readonly attempts: number
  readonly handle: (delivery: AnyDelivery) => Effect.Effect<unknown, unknown, R>
}

const topicsOf = (pattern: string): ReadonlyArray<string> => {
  const topics = eventTopics.filter(({ type }) => pattern === `${type}.*`).map(({ name }) => name)
  return topics.length === 0 ? [pattern] : topics
}

/** A handler for a topic, several, or all of a type. What it succeeds with is not looked at. */
export const on = <const Pattern extends TopicPattern, E, R>(
  topics: Pattern | Arr.NonEmptyReadonlyArray<Pattern>,
  options: HandlerOptions,
  handle: (delivery: Delivery<TopicsOf<Pattern>>) => Effect.Effect<unknown, E, R>
): Handler<R> => {
  const patterns: ReadonlyArray<string> = typeof topics === "string" ? [topics] : topics
  return {
    name: options.name,
    topics: [...new Set(patterns.flatMap(topicsOf))],
    concurrency: options.concurrency ?? 4,
    timeout: Duration.fromInputUnsafe(options.timeout ?? "30 seconds"),
    attempts: options.attempts ?? 12,
    // Nothing but deliveries of its topics reach it.
    handle: (delivery) => handle(delivery as Delivery<TopicsOf<Pattern>>)
  }
}
