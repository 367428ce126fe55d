/**
 * The handlers of a program. Every process that works one inbox off must have the same: what a handler is owed is written by
 * whichever process is done with an event.
 *
 * ```ts
 * Handlers.layer([greet, remind])
 * ```
 */
import { CurrentAuditContext } from "@athena-engine/athena-core/audit/AuditContext"
import { topicNamed } from "@athena-engine/athena-core/events/topics"
import { CurrentPriority } from "@athena-engine/athena-core/rate-limit/Priority"
import { Context, Duration, Effect, Latch, Layer, Schema, type Scope } from "effect"
import type { Handler } from "./on.ts"
import { makeReadings, type Readings } from "./Readings.ts"

/** Handlers that cannot be: told at the start, all at once. */
export class HandlersInvalid extends Schema.TaggedError<HandlersInvalid>()("HandlersInvalid", {
  problems: Schema.Array(Schema.String)
}) {
  override get message() {
    return `The handlers of this program cannot be used: ${this.problems.join("; ")}.`
  }
}

/** A handler, with all that it needs. */
export type ReadyHandler = Handler<never>

/** Which handler wants which topic, as two columns. */
export interface Wanted {
  readonly handlers: ReadonlyArray<string>
  readonly topics: ReadonlyArray<string>
}

export interface HandlersShape {
  readonly all: ReadonlyArray<ReadyHandler>
  /** What is wanted of a type of records. */
  readonly wantedOf: (type: string) => Wanted
  readonly readings: Readings
  /** Whoever makes deliveries waits at a latch of their own. */
  readonly sleepers: Set<Latch.Latch>
  /** Deliveries were written. */
  readonly wake: Effect.Effect<void>
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

const problemsOf = (handlers: ReadonlyArray<Handler<unknown>>): ReadonlyArray<string> => {
  const names = handlers.map(({ name }) => name)
  return [
    ...names.filter((name) => !nameForm.test(name)).map((name) => `"${name}" is no name`),
    ...new Set(names.filter((name, n) => names.indexOf(name) !== n).map((name) => `two are named ${name}`)),
    ...handlers.flatMap(({ attempts, concurrency, name, timeout, topics }) => [
      ...(topics.length === 0 ? [`${name} has no topic`] : []),
      ...topics
        .filter((topic) => topicNamed(topic) === undefined)
        .map((topic) => `${name}: there is no topic ${topic}`),
      ...(Number.isInteger(attempts) && attempts > 0 ? [] : [`${name}: attempts must be 1 or more`]),
      ...(Number.isInteger(concurrency) && concurrency > 0 ? [] : [`${name}: concurrency must be 1 or more`]),
      ...(Duration.isFinite(timeout) && Duration.toMillis(timeout) > 0 && Duration.toMinutes(timeout) <= 60
        ? []
        : [`${name}: timeout must be an hour at most`])
    ])
  ]
}

const make = (all: ReadonlyArray<ReadyHandler>, readings: Readings): HandlersShape => {
  const sleepers = new Set<Latch.Latch>()
  const pairs = all.flatMap(({ name, topics }) => topics.map((topic) => ({ name, topic })))
  const wanted = new Map<string, Wanted>()
  for (const type of new Set(pairs.map(({ topic }) => typeOf(topic)))) {
    const own = pairs.filter(({ topic }) => typeOf(topic) === type)
    wanted.set(type, { handlers: own.map(({ name }) => name), topics: own.map(({ topic }) => topic) })
  }
  return {
    all,
    wantedOf: (type) => wanted.get(type) ?? nothing,
    readings,
    sleepers,
    wake: Effect.suspend(() => Effect.forEach(sleepers, Latch.open, { discard: true }))
  }
}

const nothing: Wanted = { handlers: [], topics: [] }
const typeOf = (topic: string) => topic.split(".")[0] ?? topic

const nobody: Readings = { name: "", keep: () => Effect.void, get: (_fence, read) => read }

/** Without a layer there are none. */
export const Handlers = Context.Reference<HandlersShape>("@athena-engine/inbox/handlers/Handlers", {
  defaultValue: () => make([], nobody)
})

type Needs<H> = H extends Handler<infer R> ? Exclude<R, Scope.Scope> : never

/**
 * The handlers, with what they need. To be given to the inbox as well as to `startWorker` and `startDeliveries`. A `Scope` that a
 * handler needs is that of one call. Fails with all that is wrong with them.
 */
export const layer = <const All extends ReadonlyArray<Handler<unknown>>>(
  handlers: All
): Layer.Layer<never, HandlersInvalid, Needs<All[number]>> =>
  Layer.effect(
    Handlers,
    Effect.gen(function* () {
      const problems = problemsOf(handlers)
      if (problems.length > 0) return yield* new HandlersInvalid({ problems })
      const context = yield* Effect.context<Needs<All[number]>>()
      const ready = handlers.map((handler): ReadyHandler => {
        const handle = handler.handle as Handler<Needs<All[number]> | Scope.Scope>["handle"]
        return { ...handler, handle: (delivery) => provided(handle(delivery), context) }
      })
      return make(ready, yield* makeReadings)
    })
  )

/** Who acts and how urgent it is are the delivery's, and not those of where the layer was built. */
const provided = <R>(call: Effect.Effect<unknown, unknown, R | Scope.Scope>, context: Context.Context<R>) =>
  Effect.flatMap(Effect.all([CurrentAuditContext, CurrentPriority]), ([audit, priority]) =>
    Effect.scoped(call).pipe(
      Effect.provideService(CurrentAuditContext, audit),
      Effect.provideService(CurrentPriority, priority),
      Effect.provideContext(context as Context.Context<Exclude<R, Scope.Scope>>)
    )
  )
