/** A clock that is days ahead, for the client of athenahealth; the database keeps its own time. */
import { Clock, Effect } from "effect"

const real = Clock.Clock.defaultValue()

const ahead = (millis: number): Clock.Clock => {
  const nanos = BigInt(millis) * 1_000_000n
  const clock: Clock.Clock = {
    ...real,
    currentTimeMillisUnsafe: () => real.currentTimeMillisUnsafe() + millis,
    currentTimeNanosUnsafe: () => real.currentTimeNanosUnsafe() + nanos,
    monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe() + nanos,
    currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe()),
    currentTimeNanos: Effect.sync(() => clock.currentTimeNanosUnsafe()),
    monotonicTimeNanos: Effect.sync(() => clock.monotonicTimeNanosUnsafe()),
    sleep: (duration) => real.sleep(duration)
  }
  return clock
}

/** Runs it as if it were so many days later. */
export const daysLater = (days: number) => Effect.provideService(Clock.Clock, ahead(days * 86_400_000))
