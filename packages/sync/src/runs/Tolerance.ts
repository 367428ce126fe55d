/**
 * A part of the work that cannot be read costs the other parts nothing: it is set aside, the others go on, and the run
 * fails at its end. At the third such part the practice is taken to be down.
 */
import { Effect, Option } from "effect"
import { failureOf, type RunError } from "./RunError.ts"

/** Parts that may fail by themselves before the run is given up. */
const allowed = 2

/** A failure that another part need not share: an answer that cannot be read, or a server that fails on this one. */
const isOfOnePart = (error: RunError): boolean =>
  error._tag === "AthenaError" &&
  ["ServerUnavailable", "TimedOut", "UnreadableAnswer", "RefusedInside", "UnexpectedStatus"].includes(error.reason._tag)

export interface Tolerance {
  /** Runs a part; none if it was set aside. `annotations` say which part it was, in the log. */
  readonly part: <A, R>(
    effect: Effect.Effect<A, RunError, R>,
    annotations: Readonly<Record<string, string>>
  ) => Effect.Effect<Option.Option<A>, RunError, R>
  /** Fails if a part was set aside. */
  readonly conclude: Effect.Effect<void, RunError>
}

export const makeTolerance = (): Tolerance => {
  const failures: Array<RunError> = []
  return {
    part: (effect, annotations) =>
      Effect.catchIf(Effect.asSome(effect), isOfOnePart, (error) => {
        failures.push(error)
        return failures.length > allowed
          ? Effect.fail(error)
          : Effect.logWarning("A part could not be read; the others go on").pipe(
              Effect.annotateLogs({ ...annotations, errorTag: failureOf(error).tag }),
              Effect.as(Option.none())
            )
      }),
    conclude: Effect.suspend(() => {
      const [failure] = failures
      return failure === undefined ? Effect.void : Effect.fail(failure)
    })
  }
}
