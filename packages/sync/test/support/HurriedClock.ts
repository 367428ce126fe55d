/**
 * A clock on which an hour takes minutes: waits of retries and pauses pass as they would, in a fraction of the time.
 * A test clock would stand still for the database as well, which answers in real time.
 */
import { Clock, Duration, Effect, Layer } from "effect"

const real = Clock.Clock.defaultValue()

const hurried = (factor: number): Clock.Clock => {
  const began = real.currentTimeMillisUnsafe()
  const beganNanos = real.currentTimeNanosUnsafe()
  const beganMonotonic = real.monotonicTimeNanosUnsafe()
  const clock: Clock.Clock = {
    ...real,
    currentTimeMillisUnsafe: () => began + (real.currentTimeMillisUnsafe() - began) * factor,
    currentTimeNanosUnsafe: () => beganNanos + (real.currentTimeNanosUnsafe() - beganNanos) * BigInt(factor),
    monotonicTimeNanosUnsafe: () =>
      beganMonotonic + (real.monotonicTimeNanosUnsafe() - beganMonotonic) * BigInt(factor),
    currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe()),
    currentTimeNanos: Effect.sync(() => clock.currentTimeNanosUnsafe()),
    monotonicTimeNanos: Effect.sync(() => clock.monotonicTimeNanosUnsafe()),
    sleep: (duration) => real.sleep(Duration.millis(Duration.toMillis(duration) / factor))
  }
  return clock
}

/** `factor` is whole. */
export const make = hurried

/** For everything, time-outs of the database too: at 20 the 30 s that an audit write may take are 1.5 s. */
export const layer = (factor: number): Layer.Layer<never> => Layer.succeed(Clock.Clock, hurried(factor))
