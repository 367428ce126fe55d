/**
 * What the simulator sends, read by the client's own code. Neither knows the other's; where they disagree one of them is wrong
 * about the vendor.
 */
import type { NotificationReading } from "@athena-engine/athena-core/events/EventNotification"
import { readNotification } from "@athena-engine/athena-core/events/readNotification"
import { UnverifiedNotification, verify } from "@athena-engine/athena-core/events/Signature"
import { eventTopics } from "@athena-engine/athena-core/events/topics"
import type { NotificationFault } from "@athena-engine/simulator/events/NotificationPlan"
import type { PostedNotification } from "@athena-engine/simulator/events/NotificationPost"
import { topics } from "@athena-engine/simulator/fhir/topics"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { marker } from "@athena-engine/testing/leaks/markers"
import { printed } from "@athena-engine/testing/leaks/printed"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Redacted, Result } from "effect"
import { auditEventsOf, eventIdsOf, receiving, secret, statusOf, subscriber } from "../support/subscribing.ts"

const practiceId = "195900"
const secrets = [Redacted.make("a-secret-that-was"), Redacted.make(secret)]

const received = ({ body, headers }: PostedNotification) =>
  Result.match(verify(new UnverifiedNotification(body, headers["X-Hub-Signature"]), secrets), {
    onFailure: ({ reason }) => reason,
    onSuccess: readNotification
  })

const eventsIn = (reading: NotificationReading | string) =>
  typeof reading === "object" && reading._tag === "Events" ? reading.events : assert.fail(printed(reading))

/** Fires three events of a topic, under a fault, and answers what was posted. */
const posted = (fault: NotificationFault | undefined, topic = "Appointment.check-in") =>
  Effect.suspend(() => {
    const { layer, received: sent } = receiving(fault === undefined ? {} : { rules: [{ fault }] })
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* (yield* subscriber).subscribe({ topic })
      yield* simulator.fireEvent({ practiceId, topic, times: 3 })
      yield* simulator.advance("1 minute")
      return sent
    }).pipe(Effect.provide(layer))
  })

describe("what the simulator sends", () => {
  it("is of the topics that the client knows", () => {
    assert.sameMembers(
      [...topics],
      eventTopics.map(({ name }) => name)
    )
  })

  it.effect.each(["reference", "identifier", "both", "mixed"] as const)(
    "is read by the client, of every topic, with the focus by %s",
    (focus) => {
      const { layer, received: sent } = receiving({ focus })
      return Effect.gen(function* () {
        const simulator = yield* Simulator
        const { subscribe } = yield* subscriber
        for (const topic of topics) {
          yield* subscribe({ topic })
          yield* simulator.fireEvent({ practiceId, topic, times: 4 })
        }
        yield* simulator.advance("1 second")
        assert.strictEqual(sent.length, topics.length)
        for (const one of sent) {
          const reading = received(one)
          assert.deepInclude(reading, { unread: 0 })
          const events = eventsIn(reading)
          assert.deepStrictEqual(
            events.map(({ eventId }) => eventId),
            eventIdsOf(one)
          )
          auditEventsOf(one).forEach((audit, n) => {
            const { identifier, reference } = audit.entity[0]?.what ?? {}
            const localId = identifier?.value ?? reference?.replace(/^.*?-.*?-/, "")
            const patient = audit.extension
              ?.find(({ url }) => url.endsWith("AuditEvent.patient"))
              ?.valueReference.reference.replace("Patient/a-195900.E-", "")
            assert.deepInclude(events[n], {
              topic: audit.type.code,
              practiceId: practiceId as never,
              resource: audit.type.code.split(".")[0] ?? "",
              resourceId: localId ?? "",
              logicalId: reference?.split("/")[1],
              patientId: (audit.type.code.startsWith("Patient.") ? localId : patient) as never,
              subscriptionId: statusOf(one).subscription.reference.replace("Subscription/", ""),
              keptBecause: undefined
            })
            assert.isDefined(events[n]?.departmentId)
            assert.strictEqual(
              events[n]?.occurredAt === undefined ? "" : DateTime.formatIso(events[n].occurredAt),
              audit.recorded.replace("Z", ".000Z")
            )
          })
        }
      }).pipe(Effect.provide(layer))
    }
  )

  it.effect.each<readonly [NotificationFault, ReadonlyArray<string>]>([
    [{ kind: "signature", as: "wrong" }, ["mismatch"]],
    [{ kind: "signature", as: "missing" }, ["missing"]],
    [{ kind: "signature", as: "sha1" }, ["method"]],
    [{ kind: "signature", as: "sha384" }, ["method"]],
    [{ kind: "signature", as: "sha512" }, ["method"]],
    [{ kind: "signature", as: "unknown-method" }, ["method"]],
    [{ kind: "signature", as: "upper-case" }, ["Events"]],
    [{ kind: "oddBody", as: "not-json" }, ["not-json"]],
    [{ kind: "oddBody", as: "not-a-bundle" }, ["not-a-bundle"]],
    [{ kind: "oddBody", as: "empty-bundle" }, ["empty"]],
    [{ kind: "oddBody", as: "no-audit-events" }, ["Events"]],
    [{ kind: "oddBody", as: "legacy" }, ["Events"]],
    [{ kind: "oddBody", as: "other-practice" }, ["Events"]],
    [{ kind: "shuffle" }, ["Events"]],
    [{ kind: "clockSkew", milliseconds: 90_000 }, ["Events"]],
    [{ kind: "contentType", contentType: "text/plain; charset=utf-16" }, ["Events"]],
    [{ kind: "padding", bytes: 40_000 }, ["Events"]],
    [{ kind: "duplicate" }, ["Events", "Events"]],
    [{ kind: "duplicate", sameBytes: true }, ["Events", "Events"]],
    [{ kind: "late", milliseconds: 5000 }, ["Events"]],
    [{ kind: "lose" }, []],
    [{ kind: "plantMarker", marker }, ["Events"]]
  ])("is understood for what it is: %j", ([fault, expected]) =>
    Effect.gen(function* () {
      const sent = yield* posted(fault)
      const readings = sent.map(received)
      assert.deepStrictEqual(
        readings.map((reading) => {
          if (typeof reading === "string") return reading
          if (reading._tag === "Events") return reading._tag
          return reading._tag === "NoEvents" ? reading.kind : reading.reason
        }),
        [...expected]
      )
      const keptBecause = fault.kind === "oddBody" && fault.as === "other-practice" ? "other-practice" : undefined
      for (const [n, reading] of readings.entries()) {
        if (typeof reading === "string" || reading._tag !== "Events") continue
        assert.strictEqual(reading.unread, 0)
        const one = sent[n] ?? assert.fail()
        assert.sameMembers(
          reading.events.map(({ eventId }) => eventId),
          [...eventIdsOf(one)]
        )
        for (const event of reading.events) assert.deepInclude(event, { practiceId: practiceId as never, keptBecause })
      }
      assert.deepStrictEqual(makeLeakFinder([marker]).find("readings", printed(readings)), [])
    })
  )
})
