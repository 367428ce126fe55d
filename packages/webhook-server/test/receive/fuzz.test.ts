/**
 * Whatever is sent to it, the server answers with what it declares, acknowledges what is signed and nothing else, and is as it was
 * afterwards.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { InboxBusy } from "@athena-engine/inbox/commit/InboxBusy"
import { type Chance, chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import { WebServer } from "../../src/server/WebServer.ts"
import { mutant } from "../support/mutations.ts"
import { notification, signatureOf } from "../support/notification.ts"
import { memoryInbox, serving } from "../support/serving.ts"
import { answersIn, ask, line } from "../support/wire.ts"

const requests = sized({ short: 1500, long: 120_000 })
const lines = 12

const declared = new Set([100, 200, 400, 401, 404, 405, 408, 413, 417, 429, 431, 503])

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

/** What is held, whoever holds it, in MiB. */
const held = () => {
  collect()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1_048_576
}

/** As many clients as one could wish for. */
const addressOf = (chance: Chance) => `127.${1 + chance.below(200)}.${chance.below(250)}.${1 + chance.below(200)}`

for (const seed of seeds({ short: 1, long: 1 })) {
  describe(`any request (TEST_SEED=${seed})`, () => {
    it.live(
      "is answered as declared, and acknowledged only if it was signed",
      () => {
        const inbox = memoryInbox()
        const dice = chance(seed)
        const statuses = new Map<number, number>()
        let committed = 0
        let sent = 0
        const memory: Array<number> = []
        inbox.behave((received) =>
          Effect.gen(function* () {
            if (dice.happens(0.02)) return yield* new InboxBusy({ reason: dice.pick(["full", "not-committed"]) })
            if (dice.happens(0.01)) return yield* Effect.die(new Error("broken"))
            if (dice.happens(0.02)) return yield* Effect.never
            if (dice.happens(0.2)) yield* Effect.sleep("1 millis")
            committed++
            return { fresh: received.events.length, known: 0 }
          })
        )
        const exchange = async (port: number, dice: Chance) => {
          const all = Array.from({ length: dice.happens(0.8) ? 1 : 1 + dice.below(4) }, () => mutant(dice))
          const before = committed
          const to = await line(port, { localAddress: addressOf(dice) })
          for (const { bytes } of all) to.write(bytes)
          to.half()
          const answers = answersIn(await to.closed)
          for (const { status } of answers) {
            assert.isTrue(
              declared.has(status),
              `${status} to ${JSON.stringify(all.map(({ bytes }) => bytes.toString("latin1")))}`
            )
            statuses.set(status, (statuses.get(status) ?? 0) + 1)
          }
          const isAcknowledged = answers.some(({ status }) => status === 200)
          if (!all.some(({ isSigned }) => isSigned)) assert.isFalse(isAcknowledged)
          if (isAcknowledged) assert.isAbove(committed, before)
        }
        const work = async (port: number) => {
          while (sent < requests) {
            sent++
            if (sent === Math.floor(requests / 4)) memory.push(held())
            await exchange(port, chance(seed * 1000 + sent))
          }
        }
        return Effect.gen(function* () {
          const { connections, port } = yield* WebServer
          yield* Effect.all(
            Array.from({ length: lines }, () => Effect.promise(() => work(port))),
            { concurrency: lines }
          )
          yield* Effect.eventually(
            Effect.flatMap(connections, (open) => (open === 0 ? Effect.void : Effect.fail("open")))
          )
          memory.push(held())
          const body = notification()
          inbox.behave(inbox.keep)
          const last = yield* Effect.promise(() =>
            ask(port, { body, headers: { "x-hub-signature": signatureOf(body) } })
          )
          assert.strictEqual(last.status, 200)
          // Every way to answer was taken.
          for (const status of [200, 400, 401, 404, 405, 503]) assert.isAbove(statuses.get(status) ?? 0, 0, `${status}`)
          const [first = 0, end = 0] = memory
          assert.isBelow(end - first, 12, `MiB more than after a quarter of the requests: ${memory}`)
        }).pipe(
          Effect.provide(
            Layer.provideMerge(serving(inbox, { receiver: { patienceMilliseconds: 50 } }), Logger.layer([]))
          )
        )
      },
      sized({ short: 60_000, long: 900_000 })
    )
  })
}
