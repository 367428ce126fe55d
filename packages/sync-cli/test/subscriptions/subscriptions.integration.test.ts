import { noFaults } from "@athena-engine/simulator/faults/FaultPlan"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect } from "effect"
import { isEventEndpoint } from "../../src/commands/isEventEndpoint.ts"
import { run } from "../support/inProcess.ts"
import * as World from "../support/worlds.ts"

const secret = "a-webhook-secret-that-must-not-show"
const endpoint = "https://events.example.org/webhooks/athenahealth"
const timeout = 60_000

const environmentOf = Effect.map(World.environment, (environment) => ({
  ...environment,
  ATHENA_WEBHOOK_SECRETS: `${secret}, an-older-secret-that-is-rotated`
}))

/** Runs `athena-sync subscriptions …`; whatever it says, the secret is not in it. */
const subscriptions = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  changes: Readonly<Record<string, string>> = {}
) {
  const ended = yield* run(["subscriptions", ...args], { ...(yield* environmentOf), ...changes })
  assert.notInclude(ended.stdout + ended.stderr, secret)
  return { ...ended, json: args.includes("--json") && ended.stdout !== "" ? JSON.parse(ended.stdout) : undefined }
})

const create = (topics: ReadonlyArray<string>, ...more: ReadonlyArray<string>) =>
  subscriptions(["create", ...topics.flatMap((topic) => ["--topic", topic]), "--endpoint", endpoint, "--json", ...more])

interface Result {
  readonly practiceId: string
  readonly topic: string
  readonly status: string
  readonly subscriptionId: string | null
}

const statuses = ({ results }: { readonly results: ReadonlyArray<Result> }) =>
  results.map(({ practiceId, status, topic }) => `${practiceId} ${topic} ${status}`)

const listed = (...args: ReadonlyArray<string>) =>
  Effect.map(
    subscriptions(["list", "--json", ...args]),
    ({ json }) => json.subscriptions as ReadonlyArray<Result & { readonly endpoint: string; readonly endsAt: string }>
  )

layer(World.layer(), { excludeTestServices: true, timeout })("athena-sync subscriptions", (it) => {
  it.effect(
    "names the topics, subscribes practices to them once, shows what there is, and ends it",
    () =>
      Effect.gen(function* () {
        const { json } = yield* subscriptions(["topics", "--json"])
        assert.strictEqual(json.topics.length, 62)
        assert.include((yield* subscriptions(["topics"])).stdout, "Appointment.check-in")
        assert.include((yield* subscriptions(["list"])).stdout, "no subscriptions")

        const both = ["--practice", "195900", "--practice", "195901"]
        const topics = ["Appointment.check-in", "Patient.merge"]
        const first = yield* create(topics, ...both)
        assert.strictEqual(first.code, 0, first.stderr)
        assert.deepStrictEqual(
          statuses(first.json),
          ["195900", "195901"].flatMap((practice) => topics.map((topic) => `${practice} ${topic} created`))
        )
        const again = yield* create(topics, ...both)
        assert.isTrue(statuses(again.json).every((status) => status.endsWith("exists")))
        const rotated = yield* create(["Patient.merge"], "--another")
        assert.deepStrictEqual(statuses(rotated.json), ["195900 Patient.merge created"])

        const all = yield* listed()
        assert.strictEqual(all.length, 5)
        assert.isTrue(all.every((one) => one.endpoint === endpoint && one.endsAt > "2020"))
        const own = yield* listed("--practice", "195901")
        assert.deepStrictEqual(
          own.map(({ practiceId, topic }) => `${practiceId} ${topic}`),
          topics.map((topic) => `195901 ${topic}`)
        )
        const table = yield* subscriptions(["list"])
        for (const line of table.stdout.split("\n")) assert.isAtMost(line.length, 100, line)

        const id = own[0]?.subscriptionId ?? ""
        const foreign = yield* subscriptions(["delete", id, "--practice", "195900", "--json"])
        assert.deepStrictEqual([foreign.code, foreign.json.results[0].status], [1, "failed"])
        const gone = yield* subscriptions(["delete", id, "--json"])
        assert.deepStrictEqual([gone.code, gone.json.results[0].status], [0, "deleted"])
        const unknown = yield* subscriptions(["delete", id])
        assert.strictEqual(unknown.code, 1)
        assert.include(unknown.stdout, "no such subscription")
        assert.strictEqual((yield* listed()).length, 4)
      }),
    timeout
  )

  it.effect(
    "settles a creation whose answer was lost by the list, and creates nothing twice",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const before = (yield* listed()).length
        yield* simulator.setFaults({
          rules: [{ match: { route: "fhirSubscriptionCreate" }, fault: { kind: "resetMidBody", after: 0.5 } }]
        })
        const { code, json, stderr } = yield* create(["Appointment.cancel"])
        yield* simulator.setFaults(noFaults)
        assert.strictEqual(code, 0, stderr)
        const after = yield* listed()
        assert.strictEqual(after.length, before + 1)
        assert.strictEqual(
          json.results[0].subscriptionId,
          after.find(({ topic }) => topic === "Appointment.cancel")?.subscriptionId
        )
      }),
    timeout
  )

  it.effect(
    "tells the refusal of one topic beside what was done with the others",
    () =>
      Effect.gen(function* () {
        const { code, json } = yield* create(["Appointment.vanish", "Appointment.update"])
        assert.strictEqual(code, 3)
        assert.deepStrictEqual(statuses(json), [
          "195900 Appointment.vanish failed",
          "195900 Appointment.update created"
        ])
        assert.strictEqual(json.results[0].error.tag, "InvalidRequest")
      }),
    timeout
  )

  it.effect(
    "shows what is missing, ending and too much at an endpoint, and mends it, leaving others alone",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const drift = (...more: ReadonlyArray<string>) =>
          subscriptions([
            ...["drift", "--topic", "Appointment.check-in", "--topic", "Claim.create", "--practice", "195902"],
            ...["--endpoint", endpoint, "--json", ...more]
          ])
        const others = (yield* listed()).length
        yield* create(["Appointment.check-in", "Patient.update"], "--practice", "195902")
        const expected = ["exists", "missing", "surplus"]
        const seen = yield* drift()
        assert.deepStrictEqual([seen.code, seen.json.results.map(({ status }: Result) => status)], [3, expected])
        const mended = yield* drift("--apply")
        assert.strictEqual(mended.code, 0, mended.stderr)
        assert.deepStrictEqual(statuses(mended.json), [
          "195902 Appointment.check-in exists",
          "195902 Claim.create created",
          "195902 Patient.update deleted"
        ])
        assert.strictEqual((yield* drift()).code, 0)

        // What cannot be created takes nothing away.
        yield* create(["Patient.update"], "--practice", "195902")
        yield* simulator.setFaults({
          rules: [{ match: { route: "fhirSubscriptionCreate" }, fault: { kind: "status", status: 400 } }]
        })
        const refused = yield* drift("--topic", "Claim.update", "--apply")
        yield* simulator.setFaults(noFaults)
        assert.strictEqual(refused.code, 3)
        assert.deepStrictEqual(
          refused.json.results.map(({ status }: Result) => status),
          ["exists", "exists", "failed", "surplus"]
        )
        assert.strictEqual((yield* listed()).length, others + 3)
      }),
    timeout
  )

  it.effect(
    "says in one line which scope an app lacks",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const expected = /^athena-sync: .*event platform.*system\/Subscription\.read\.$/m
        const refused = yield* subscriptions(["list"], { ATHENA_SCOPE: "everything" })
        assert.deepStrictEqual([refused.code, refused.stdout], [1, ""])
        assert.match(refused.stderr, expected)
        yield* simulator.setFaults({
          rules: [{ match: { route: "fhirSubscriptions" }, fault: { kind: "status", status: 403 } }]
        })
        const forbidden = yield* subscriptions(["list"])
        yield* simulator.setFaults(noFaults)
        assert.match(forbidden.stderr, expected)
      }),
    timeout
  )
})

describe("an endpoint for events", () => {
  it("is https on port 443, without secrets, or on this machine itself", () => {
    for (const good of [
      endpoint,
      "https://h/",
      "https://h:443/x?y=1",
      "http://127.0.0.1:8080/x",
      "http://localhost:1/"
    ]) {
      assert.isTrue(isEventEndpoint(good), good)
    }
    for (const bad of [
      "",
      "h/x",
      "http://h/",
      "https://h:8443/",
      "https://u:p@h/",
      "https://h/#x",
      "http://127.evil.org/"
    ]) {
      assert.isFalse(isEventEndpoint(bad), bad)
    }
  })
})
