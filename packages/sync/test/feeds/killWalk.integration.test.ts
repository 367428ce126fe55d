/**
 * Ends the reading of a feed before and after each of its effects, lets the practice go on, reads again, and compares. What a
 * run has not committed by then is lost with it, as with a kill: it writes nothing of a feed when it is stopped.
 */
import { ChangedAppointmentsSubscription } from "@athena-engine/athena-core/endpoints/appointments/ChangedAppointments"
import type { FaultRule } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Console, Effect, Exit } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { type FeedStep, FeedSteps } from "../../src/feeds/FeedSteps.ts"
import type { FeedName } from "../../src/feeds/journal.ts"
import { engine } from "../support/engine.ts"
import { changes, journal, subscribed } from "../support/feeds.ts"
import { assertPatientsExact } from "../support/patients.ts"
import { appointments, happens, patients, practiceId, someOn, stored, table, truth } from "../support/practice.ts"

const week = { from: "2019-06-03", to: "2019-06-04" }

let turn = 0
/** Of all that a feed of appointments shows, by turns, something; within the days that are stored. */
const somethingHappens = Effect.gen(function* () {
  const { appointments: all } = yield* Simulator.use((simulator) => simulator.snapshot(practiceId))
  const isBooked = ({ date, status }: (typeof all)[number]) => date <= week.to && (status === "f" || status === "4")
  const booked = all.filter((one) => week.from <= one.date && isBooked(one))
  const pick = () => booked.splice((turn * 7) % booked.length, 1)[0]?.appointmentId ?? ""
  const date = `2019-06-0${3 + (++turn % 2)}`
  yield* happens({ kind: "reschedule", appointmentId: pick(), date, startTime: "10:15" })
  if (turn % 3 === 0) yield* happens({ kind: "move", appointmentId: pick(), date, startTime: "09:15" })
  if (turn % 3 === 1) yield* happens({ kind: "free", appointmentId: pick() })
  if (turn % 3 === 2) yield* happens({ kind: "cancel", appointmentId: pick() })
  if (turn % 3 === 2) yield* happens({ kind: "book", patientId: "30003", date, startTime: "11:15" })
})

const somebodyChanges = Effect.gen(function* () {
  const { patients: all } = yield* Simulator.use((simulator) => simulator.snapshot(practiceId))
  const active = all.filter(({ status }) => status === "active")
  const pick = () => active.splice((++turn * 5) % active.length, 1)[0]?.patientId ?? ""
  const email = `somebody${turn}@example.test`
  for (let n = 0; n < 3; n++) yield* happens({ kind: "updatePatient", patientId: pick(), fields: { email } })
  if (turn % 3 === 0) yield* happens({ kind: "mergePatients", patientId: pick(), intoPatientId: pick() })
})

const setFaults = (...rules: ReadonlyArray<FaultRule>) => Simulator.use((simulator) => simulator.setFaults({ rules }))

/** The first answer of the feed is taken, and does not arrive. */
const answerIsLost: FaultRule = {
  match: { route: "changedAppointments" },
  when: { nth: [1] },
  fault: { kind: "truncate", after: 0.5 }
}

type Engine = Effect.Services<ReturnType<typeof changes>> | Simulator | SqlClient
type Doing = Effect.Effect<unknown, unknown, Engine>

interface Walk {
  readonly feed: FeedName
  /** What happens, and when the feed is read. */
  readonly script: (read: Doing) => Doing
  /** What happens while the first changes are taken, before they are stored. */
  readonly meanwhile?: Doing
  /** Those that are walked in the short size; the rest is walked by the others. */
  readonly steps?: ReadonlyArray<FeedStep>
  readonly isExact: Doing
}

/** Runs the script, ended at its `killedAt`th mark; answers the marks that it came by. */
const played = ({ feed, meanwhile, script }: Walk, killedAt = Number.POSITIVE_INFINITY) =>
  Effect.gen(function* () {
    const marks: Array<{ readonly step: FeedStep; readonly name: string }> = []
    const world = yield* Effect.context<Engine>()
    let isTaken = false
    const tell = (step: FeedStep, side: string) =>
      Effect.gen(function* () {
        if (meanwhile !== undefined && !isTaken && step === "take changes" && side === "after") {
          isTaken = true
          yield* Effect.orDie(Effect.provide(meanwhile, world))
        }
        marks.push({ step, name: `${side}: ${step}` })
        if (marks.length - 1 === killedAt) return yield* Effect.interrupt
      })
    const exit = yield* Effect.exit(script(Effect.provideService(changes(feed, undefined, 2), FeedSteps, tell)))
    assert.strictEqual(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause), killedAt < marks.length)
    if (killedAt >= marks.length) assert.isTrue(Exit.isSuccess(exit))
    return marks
  })

/** Reads until there is nothing left to do. */
const readToTheEnd = Effect.fnUntraced(function* (feed: FeedName) {
  for (let times = 0; times < 4; times++) {
    const result = yield* changes(feed)
    assert.strictEqual(result.error, undefined)
    if (result.subscription === "active" && result.sweep?.state !== "open") return result
    yield* (yield* Simulator).advance("3 seconds")
  }
  return assert.fail("the feed is never read to its end")
})

/** Walks all the marks of a script; answers their names. */
const walk = (it: Walk) =>
  Effect.gen(function* () {
    const all = yield* played(it)
    yield* setFaults()
    yield* readToTheEnd(it.feed)
    yield* it.isExact
    const isWalked = sized<(step: FeedStep) => boolean>({
      short: (step) => it.steps === undefined || it.steps.includes(step),
      long: () => true
    })
    const walked: Array<string> = []
    for (const [n, { name, step }] of all.entries()) {
      if (!isWalked(step)) continue
      yield* played(it, n)
      yield* setFaults()
      yield* it.feed === "patients" ? somebodyChanges : somethingHappens
      yield* readToTheEnd(it.feed)
      yield* Effect.tapCause(it.isExact, () =>
        Console.error(`Killed ${name} (${n}), the practice and the table differ`)
      )
      walked.push(name)
    }
    return walked
  })

/**
 * The table equals the practice. Two changes of one second cannot be put in order by their stamps; of an appointment that was
 * read by its id for it the stamp is not known, until a list brings it.
 */
const isWeekExact = Effect.gen(function* () {
  const rows = yield* table(week)
  const unstamped = new Set(rows.flatMap((row) => (row.lastModified === null ? [row.appointmentId] : [])))
  const expected = (yield* truth(week)).map((one) =>
    unstamped.has(one.appointmentId) ? { ...one, lastModified: null } : one
  )
  assert.isAbove(expected.length, 0)
  assert.deepStrictEqual(rows, expected)
  assert.deepInclude(yield* journal(), { read: true, sweep: null })
})

const assertWalked = (walked: ReadonlyArray<string>, steps: ReadonlyArray<FeedStep>) =>
  assert.includeMembers(
    [...walked],
    steps.flatMap((step) => [`before: ${step}`, `after: ${step}`])
  )

/** As if nobody had ever read the feed. */
const neverSubscribed = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* ChangedAppointmentsSubscription.unsubscribe({ practiceId })
  yield* (yield* Simulator).advance("3 seconds")
  yield* sql`delete from athena.feeds`
})

describe("killed before and after each of its effects, a feed is read to the same end", () => {
  it.live("while several answers are taken and stored", () =>
    Effect.gen(function* () {
      yield* appointments(week)
      yield* subscribed()
      const walked = yield* walk({
        feed: "appointments",
        script: (read) => Effect.andThen(somethingHappens, read),
        isExact: isWeekExact
      })
      assertWalked(walked, ["set the marker", "take changes", "store changes"])
    }).pipe(Effect.provide(engine()))
  )

  it.live("while an answer that was lost is replayed", () =>
    Effect.gen(function* () {
      const steps = ["owe a replay", "replay", "store replayed changes", "settle the replay"] as const
      yield* appointments(week)
      yield* subscribed()
      const walked = yield* walk({
        feed: "appointments",
        script: (read) => somethingHappens.pipe(Effect.andThen(setFaults(answerIsLost)), Effect.andThen(read)),
        steps,
        isExact: isWeekExact
      })
      assertWalked(walked, steps)
    }).pipe(Effect.provide(engine()))
  )

  it.live("while it is subscribed, is refused until that is in force, and what was before is swept", () =>
    Effect.gen(function* () {
      const steps = [
        "read the subscription",
        "write down what will be subscribed",
        "subscribe",
        "write down that it was asked for",
        "take the marker back",
        "sweep",
        "close the sweep"
      ] as const
      yield* appointments(week)
      const walked = yield* walk({
        feed: "appointments",
        script: (read) =>
          Effect.gen(function* () {
            yield* neverSubscribed
            yield* read
            yield* somethingHappens
            yield* (yield* Simulator).advance("3 seconds")
            yield* read
          }),
        steps,
        isExact: isWeekExact
      })
      assertWalked(walked, steps)
    }).pipe(Effect.provide(engine()))
  )

  it.live("while what was lost can be replayed no more, and is looked for in the lists", () =>
    Effect.gen(function* () {
      const steps = [
        "settle the replay",
        "read what lies outside",
        "store what lies outside",
        "sweep",
        "close the sweep"
      ] as const
      yield* appointments(week)
      yield* subscribed()
      let beyond = ""
      let day = 5
      const walked = yield* walk({
        feed: "appointments",
        script: (read) =>
          Effect.gen(function* () {
            yield* somethingHappens
            // Behind all days that are stored.
            const date = `2019-06-${String(day++).padStart(2, "0")}`
            beyond = yield* happens({ kind: "book", patientId: "30003", date, startTime: "09:10" })
            yield* setFaults(answerIsLost, {
              match: { route: "changedAppointments" },
              when: { nth: [2] },
              fault: { kind: "status", status: 400 }
            })
            yield* read
          }),
        steps,
        isExact: Effect.andThen(
          isWeekExact,
          Effect.suspend(() => stored(beyond))
        )
      })
      assertWalked(walked, steps)
    }).pipe(Effect.provide(engine()))
  )

  it.live("while a record is read of which two answers cannot be put in order", () =>
    Effect.gen(function* () {
      const steps = ["store changes", "read a disputed record", "settle a dispute"] as const
      yield* appointments(week)
      yield* subscribed()
      let touched = ""
      const walked = yield* walk({
        feed: "appointments",
        script: (read) =>
          Effect.gen(function* () {
            touched = (yield* someOn(week.from, 1))[0] ?? ""
            yield* happens({ kind: "touch", appointmentId: touched })
            yield* read
          }),
        // The list lacks it, and the read by id of what the list lacks carries no stamp.
        meanwhile: Effect.suspend(() => happens({ kind: "free", appointmentId: touched })).pipe(
          Effect.andThen(appointments({ from: week.from, to: week.from }))
        ),
        steps,
        isExact: isWeekExact
      })
      assertWalked(walked, steps)
    }).pipe(Effect.provide(engine()))
  )

  it.live("while patients are taken and stored", () =>
    Effect.gen(function* () {
      const steps = ["take changes", "store changes"] as const
      yield* appointments({ ...week, to: "2019-06-07" })
      yield* patients()
      yield* subscribed("patients")
      yield* patients()
      const walked = yield* walk({
        feed: "patients",
        script: (read) => Effect.andThen(somebodyChanges, read),
        steps,
        isExact: assertPatientsExact
      })
      assertWalked(walked, steps)
    }).pipe(Effect.provide(engine()))
  )
})
