import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import { assert, describe, it } from "@effect/vitest"
import { Cron, Duration, Option, Schema } from "effect"
import { type Job, stepsOf } from "../../src/schedule/Job.ts"
import { judge } from "../../src/schedule/judge.ts"
import { nextDue } from "../../src/schedule/occurrences.ts"
import { retryDelay } from "../../src/schedule/retryDelay.ts"
import { parseCron, parseZone, type ScheduledJob } from "../../src/schedule/ScheduledJob.ts"
import type { OpenRun, ScheduleState } from "../../src/schedule/ScheduleState.ts"

const practiceId = PracticeId.make("195900")

const scheduled = (
  crons: ReadonlyArray<string>,
  {
    job = "all",
    jitter = "0 seconds",
    zone = "America/New_York"
  }: { job?: Job; jitter?: Duration.Input; zone?: string } = {}
): ScheduledJob => ({
  job,
  crons: crons.map((text) => Option.getOrThrow(Option.flatMap(parseZone(zone), (known) => parseCron(text, known)))),
  jitter: Duration.fromInputUnsafe(jitter)
})

/** What is due between two instants. */
const dueBetween = (job: ScheduledJob, from: string, to: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (let at = nextDue(job, practiceId, Date.parse(from)); at < Date.parse(to); at = nextDue(job, practiceId, at)) {
    found.push(new Date(at).toISOString().slice(0, 16))
  }
  return found
}

describe("what a cron line means when clocks change", () => {
  it("does what falls into the hour that is skipped once, right after it", () => {
    for (const [cron, at] of [
      ["0 2 * * *", "07:00"],
      ["30 2 * * *", "07:30"],
      ["0,30 2 * * *", "07:00"],
      ["0 2,3 * * *", "07:00"]
    ] as const) {
      const days = dueBetween(scheduled([cron]), "2026-03-08T05:00:00Z", "2026-03-09T05:00:00Z")
      assert.deepStrictEqual(days, [`2026-03-08T${at}`], cron)
    }
  })

  it("does what falls into the hour that is repeated once, in the first of the two", () => {
    const days = dueBetween(scheduled(["30 1 * * *"]), "2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z")
    assert.deepStrictEqual(days, ["2026-11-01T05:30", "2026-11-02T06:30"])
    const between = dueBetween(scheduled(["0 1,2 * * *"]), "2026-11-01T05:10:00Z", "2026-11-02T05:00:00Z")
    assert.deepStrictEqual(between, ["2026-11-01T07:00"])
  })

  it("goes on through both hours with what is done every hour, and leaves out none", () => {
    const every = scheduled(["*/30 * * * *"])
    for (const day of ["2026-03-08", "2026-11-01"]) {
      const found = dueBetween(every, `${day}T04:59:00Z`, `${day}T10:59:00Z`)
      assert.strictEqual(found.length, 12, day)
      assert.strictEqual(new Set(found).size, 12, day)
    }
  })

  it("takes the zone that it is told, and no zone that knows no daylight saving by mistake", () => {
    const berlin = dueBetween(
      scheduled(["0 2 * * *"], { zone: "Europe/Berlin" }),
      "2026-07-01T12:00:00Z",
      "2026-07-02T12:00:00Z"
    )
    assert.deepStrictEqual(berlin, ["2026-07-02T00:00"])
    for (const name of ["-05:00", "+05:00", "Mars/Olympus", "", "5"])
      assert.isTrue(Option.isNone(parseZone(name)), name)
  })

  it("refuses what cannot be read, and a day that never comes", () => {
    const zone = Option.getOrThrow(parseZone("UTC"))
    for (const text of ["", "2", "@daily", "61 * * * *", "0 2 * *", "0 0 30 2 *", "0 2 * * * * *", "x y z a b"]) {
      assert.isTrue(Option.isNone(parseCron(text, zone)), text)
    }
    assert.isTrue(Option.isSome(parseCron("0 0 29 2 *", zone)))
  })
})

describe("when a practice's job is due", () => {
  const moment = Schema.Int.check(Schema.isBetween({ minimum: 1.6e9, maximum: 1.9e9 }))
  const seconds = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 7200 }))

  it.prop(
    "is within the jitter of its cron, the same for every copy, and once for each occurrence",
    [moment, seconds],
    ([after, jitter]) => {
      const job = scheduled(["17 * * * *"], { jitter: Duration.seconds(jitter) })
      const plain = scheduled(["17 * * * *"])
      const at = nextDue(job, practiceId, after * 1000)
      const delay = at - nextDue(plain, practiceId, at - jitter * 1000)
      assert.isAbove(at, after * 1000)
      assert.strictEqual(nextDue(job, practiceId, at - 1), at)
      assert.isAtLeast(at - Cron.prev(plain.crons[0] as Cron.Cron, at + 1).getTime(), 0)
      assert.isAtMost(delay, jitter * 1000)
      assert.strictEqual(nextDue(job, practiceId, at), at + 3_600_000)
    }
  )

  it("spreads practices over the jitter", () => {
    const job = scheduled(["0 2 * * *"], { jitter: "1 hour" })
    const at = Array.from({ length: 200 }, (_, n) => nextDue(job, PracticeId.make(String(195_900 + n)), 0))
    assert.isAbove(new Set(at).size, 180)
    const byQuarter = [0, 0, 0, 0]
    const first = nextDue(scheduled(["0 2 * * *"]), practiceId, 0)
    for (const due of at) {
      const quarter = Math.floor((due - first) / 900_000)
      byQuarter[quarter] = (byQuarter[quarter] ?? 0) + 1
    }
    for (const count of byQuarter) assert.isAbove(count, 30)
  })

  it("is the first of several crons", () => {
    const found = dueBetween(scheduled(["0 2 * * *", "0 14 * * *"]), "2026-07-01T12:00:00Z", "2026-07-03T00:00:00Z")
    assert.deepStrictEqual(found, ["2026-07-01T18:00", "2026-07-02T06:00", "2026-07-02T18:00"])
  })
})

describe("what is to be done about it", () => {
  const hourly = scheduled(["0 * * * *"], { zone: "UTC" })
  const at = (clock: string) => Date.parse(`2026-07-01T${clock}:00Z`)
  const state = (coveredUntil: string, open?: Partial<OpenRun>): ScheduleState => ({
    practiceId,
    job: "all",
    coveredUntil: at(coveredUntil),
    open:
      open === undefined
        ? undefined
        : {
            dueAt: at("08:00"),
            startedAt: at("08:00"),
            pending: ["patients"],
            attempts: 1,
            notBefore: undefined,
            ...open
          }
  })

  it("waits for the next occurrence, and does it when it comes", () => {
    assert.deepStrictEqual(judge(state("07:30"), hourly, at("07:59")), {
      _tag: "NotYet",
      until: at("08:00"),
      dueSince: undefined
    })
    assert.deepInclude(judge(state("07:30"), hourly, at("08:00")), {
      _tag: "Due",
      dueAt: at("08:00"),
      attempt: 1,
      startedAt: undefined
    })
  })

  it("catches up once on whatever was missed, and not again once it is covered", () => {
    assert.deepInclude(judge(state("02:30"), hourly, at("09:30")), { _tag: "Due", dueAt: at("03:00") })
    assert.deepInclude(judge(state("09:30"), hourly, at("09:31")), { _tag: "NotYet", until: at("10:00") })
  })

  it("goes on with what is left of a run that was killed, stopped or told to wait, when it may", () => {
    const left = { _tag: "Due" as const, pending: ["patients" as const], startedAt: at("08:00"), dueAt: at("08:00") }
    assert.deepInclude(judge(state("07:30", {}), hourly, at("08:10")), { ...left, attempt: 2 })
    assert.deepInclude(judge(state("07:30", { attempts: 0 }), hourly, at("13:10")), { ...left, attempt: 1 })
    const waiting = state("07:30", { attempts: 0, notBefore: at("12:00") })
    assert.deepInclude(judge(waiting, hourly, at("11:10")), {
      _tag: "NotYet",
      until: at("12:00"),
      dueSince: at("08:00")
    })
    assert.deepInclude(judge(waiting, hourly, at("12:00")), left)
  })

  it("begins anew what was tried in vain until it was due again, so that one step that fails keeps none out", () => {
    const failing = state("07:30", { attempts: 3, notBefore: at("09:20") })
    assert.deepInclude(judge(failing, hourly, at("08:50")), {
      _tag: "NotYet",
      until: at("09:00"),
      dueSince: at("08:00")
    })
    assert.deepInclude(judge(failing, hourly, at("09:00")), {
      _tag: "Due",
      dueAt: at("09:00"),
      pending: stepsOf("all"),
      startedAt: undefined,
      attempt: 1
    })
  })

  it("leaves a run that fails alone for longer and longer, an hour at most", () => {
    const minutes = [1, 2, 3, 6, 7, 8, 2000].map((attempt) => Duration.toMinutes(retryDelay(attempt)))
    assert.deepStrictEqual(minutes, [1, 2, 4, 32, 60, 60, 60])
  })
})
