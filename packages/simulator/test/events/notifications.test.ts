import { topics } from "@athena-engine/simulator/fhir/topics"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import {
  acknowledge,
  auditEventsOf,
  bundleOf,
  eventIdsOf,
  hmacOf,
  receiving,
  refuseConnection,
  statusOf,
  subscriber,
  textOf
} from "../support/subscribing.ts"

const practiceId = "195900"

/** An appointment that is booked, and one that is an open slot. */
const bookedAndOpen = Effect.gen(function* () {
  const { appointments } = yield* (yield* Simulator).snapshot(practiceId)
  const booked = appointments.filter(({ status }) => status === "f")
  const open = appointments.filter(({ status }) => status === "o")
  return { booked, open }
})

describe("a notification", () => {
  it.effect("tells of what happened as the vendor's samples do, signed over its very bytes", () => {
    const { layer, received } = receiving()
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      const subscriptionId = yield* subscribe({ topic: "Appointment.cancel" })
      const { booked } = yield* bookedAndOpen
      const appointment = booked[0]
      const appointmentId = String(appointment?.appointmentId)
      yield* simulator.mutate({ kind: "cancel", practiceId, appointmentId })
      assert.strictEqual(received.length, 0)
      yield* simulator.advance("1 second")
      assert.strictEqual(received.length, 1)
      const [posted] = received
      if (posted === undefined) return assert.fail("nothing was sent")
      assert.strictEqual(posted.url, "https://receiver.test/webhooks")
      assert.strictEqual(posted.headers["Content-Type"], "application/fhir+json")
      assert.isTrue(textOf(posted).endsWith("} \n"))
      assert.strictEqual(posted.headers["X-Hub-Signature"], hmacOf(posted.body))
      assert.notStrictEqual(posted.headers["X-Hub-Signature"], hmacOf(textOf(posted).trim()))
      const bundle = bundleOf(posted)
      const id = String(bundle.entry[0].resource.notificationEvent[0]?.id)
      assert.deepInclude(bundle, {
        resourceType: "Bundle",
        type: "history",
        timestamp: "2026-03-02T12:00:00.100+00:00"
      })
      assert.deepInclude(bundle.entry[0].resource, {
        resourceType: "SubscriptionStatus",
        status: "active",
        type: "event-notification",
        eventsSinceSubscriptionStart: "1",
        eventsInNotification: 1,
        subscription: { reference: `Subscription/${subscriptionId}` },
        topic: "https://api.platform.athenahealth.com/fhir/r4/SubscriptionTopic/Appointment.cancel",
        notificationEvent: [
          {
            id,
            eventNumber: "1",
            timestamp: "2026-03-02T12:00:00Z",
            focus: { identifier: { system: "urn:athenahealth:athenanet:appointment:195900", value: appointmentId } }
          }
        ]
      })
      assert.deepStrictEqual(bundle.entry[0].request, { method: "GET", url: `Subscription/${subscriptionId}/$status` })
      assert.deepStrictEqual(bundle.entry[0].response, { status: "200" })
      const [audit] = auditEventsOf(posted)
      assert.deepInclude(audit, {
        resourceType: "AuditEvent",
        id,
        recorded: "2026-03-02T12:00:00Z",
        source: { observer: { reference: "Organization/a-1.Practice-195900" } },
        entity: [
          { what: { identifier: { system: "urn:athenahealth:athenanet:appointment:195900", value: appointmentId } } }
        ]
      })
      assert.deepStrictEqual(
        audit?.extension?.map(({ valueReference }) => valueReference.reference.replace(/-\d+$/, "")),
        ["Patient/a-195900.E", "Organization/a-195900.Department", "Organization/a-195900.CSG"]
      )
      assert.strictEqual(
        audit?.extension?.[0]?.valueReference.reference,
        `Patient/a-195900.E-${appointment?.patientId}`
      )
      const [report] = yield* simulator.notifications
      assert.deepInclude(report, { state: "delivered", eventIds: [id], body: textOf(posted) })
      assert.deepStrictEqual(report?.attempts, [{ at: "2026-03-02T12:00:00.100Z", outcome: 200 }])
    }).pipe(Effect.provide(layer))
  })

  it.effect("goes to whoever subscribed to its topic and practice, and to nobody once they have not", () => {
    const { layer, received } = receiving()
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { ask, post, subscribe } = yield* subscriber
      const first = yield* subscribe({ topic: "Patient.update", endpoint: "https://first.test/" })
      yield* subscribe({ topic: "Patient.update", endpoint: "https://second.test/", secret: undefined })
      yield* subscribe({ topic: "Patient.update", practiceId: "195901", endpoint: "https://elsewhere.test/" })
      yield* subscribe({ topic: "Patient.create", endpoint: "https://another.test/" })
      yield* subscribe({ topic: "Patient.update", endpoint: "https://over.test/", end: "2026-03-02T12:30:00Z" })
      const update = simulator.mutate({ kind: "updatePatient", practiceId, patientId: "30003", fields: { notes: "-" } })
      yield* Effect.andThen(update, simulator.advance("1 hour"))
      assert.sameMembers(
        received.map(({ url }) => url),
        ["https://first.test/", "https://second.test/", "https://over.test/"]
      )
      assert.strictEqual(new Set(received.flatMap(eventIdsOf)).size, 1)
      assert.isUndefined(received.find(({ url }) => url === "https://second.test/")?.headers["X-Hub-Signature"])
      received.length = 0
      assert.strictEqual((yield* ask("DELETE", `/fhir/r4/Subscription/${first}`)).status, 204)
      yield* Effect.andThen(update, simulator.advance("1 hour"))
      assert.deepStrictEqual(
        received.map(({ url }) => url),
        ["https://second.test/"]
      )
      assert.isTrue((yield* simulator.notifications).every(({ state }) => state === "delivered"))
      const listed = JSON.parse((yield* ask("GET", "/fhir/r4/Subscription")).body)
      assert.sameMembers(
        listed.entry.map(({ resource }: { readonly resource: { readonly status: string } }) => resource.status),
        ["active", "active", "active", "off"]
      )
      for (const refused of [
        { topic: "Patient.update", endpoint: "mailto:somebody" },
        { topic: "Patient.update", end: "2026-03-02T12:00:00Z" },
        { topic: "Appointment.create" }
      ]) {
        assert.strictEqual((yield* post(refused)).status, 400)
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect("is dropped when its subscription is deleted, or over, before it is sent", () => {
    const { layer, received } = receiving({ gatherMilliseconds: 60_000 })
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { ask, subscribe } = yield* subscriber
      const deleted = yield* subscribe({ topic: "Patient.update" })
      yield* subscribe({ topic: "Patient.update", end: "2026-03-02T12:00:30Z" })
      yield* simulator.fireEvent({ practiceId, topic: "Patient.update" })
      yield* ask("DELETE", `/fhir/r4/Subscription/${deleted}`)
      yield* simulator.advance("2 minutes")
      assert.strictEqual(received.length, 0)
      assert.deepStrictEqual(
        (yield* simulator.notifications).map(({ state }) => state),
        ["dropped", "dropped"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("can be had of all 62 topics, with the focus that each of them has", () => {
    const { layer, received } = receiving({ focus: "mixed" })
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      assert.strictEqual(topics.length, 62)
      for (const topic of topics) {
        yield* subscribe({ topic })
        const { subscriptions } = yield* simulator.fireEvent({ practiceId, topic, times: 12 })
        assert.strictEqual(subscriptions, 1)
      }
      yield* simulator.advance("1 second")
      const forms = new Map<string, Set<string>>()
      for (const posted of received) {
        const { notificationEvent, topic } = statusOf(posted)
        const type = topic.split("/").at(-1)?.split(".")[0] ?? ""
        for (const { focus } of notificationEvent) {
          if (focus.identifier !== undefined) {
            assert.match(focus.identifier.system, /^urn:athenahealth:athenanet:(\w+):(\d+)$/)
            assert.isTrue(focus.identifier.system.includes(`:${type.toLowerCase()}:`), focus.identifier.system)
          }
          if (focus.reference !== undefined) assert.match(focus.reference, /^[A-Z]\w+\/a-195900\.[A-Za-z]+-\w+$/)
          const form = Object.keys(focus).sort().join("+")
          forms.set(type, (forms.get(type) ?? new Set()).add(form))
        }
      }
      const of = (type: string) => [...(forms.get(type) ?? [])].sort()
      assert.deepStrictEqual(of("Appointment"), ["identifier"])
      assert.deepStrictEqual(of("ClinicalEncounterDiagnosis"), ["reference"])
      assert.deepStrictEqual(of("Patient"), ["identifier", "identifier+reference", "reference"])
      assert.strictEqual(forms.size, 15)
      const urls = new Set(
        received.flatMap(auditEventsOf).flatMap(({ extension = [] }) => extension.map(({ url }) => url))
      )
      for (const scheme of ["http", "https"]) {
        assert.isTrue(urls.has(`${scheme}://hl7.org/fhir/5.0/StructureDefinition/extension-AuditEvent.patient`))
      }
    }).pipe(Effect.provide(layer))
  })

  it.effect("is fired by what happens in the practice, under the ids that its records are read by", () => {
    const { layer, received } = receiving()
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      for (const topic of topics) yield* subscribe({ topic })
      const { booked, open } = yield* bookedAndOpen
      const [visit, moved] = booked.map(({ appointmentId }) => appointmentId)
      const [slot, deleted] = open.map(({ appointmentId }) => appointmentId)
      if (visit === undefined || moved === undefined || slot === undefined || deleted === undefined) {
        return assert.fail("there are too few appointments")
      }
      const target = { practiceId, appointmentId: visit }
      for (const kind of ["startCheckIn", "checkIn", "checkOut", "touch"] as const) {
        yield* simulator.mutate({ kind, ...target })
      }
      yield* simulator.mutate({ kind: "freeze", practiceId, appointmentId: slot })
      yield* simulator.mutate({ kind: "unfreeze", practiceId, appointmentId: slot })
      yield* simulator.mutate({ kind: "openSlot", practiceId })
      yield* simulator.mutate({ kind: "delete", practiceId, appointmentId: deleted })
      const { appointmentId: next } = yield* simulator.mutate({ kind: "reschedule", practiceId, appointmentId: moved })
      yield* simulator.mutate({ kind: "mergePatients", practiceId, patientId: "30001", intoPatientId: "30003" })
      for (const kind of ["deleteProvider", "undeleteProvider"] as const) {
        yield* simulator.mutate({ kind, practiceId, providerId: "27" })
      }
      yield* simulator.advance("1 second")
      const seen = received.flatMap((posted) =>
        auditEventsOf(posted).map(({ entity, type }) => {
          const [{ what } = { what: {} }] = entity
          return `${type.code} ${what.identifier?.value ?? what.reference}`
        })
      )
      const number = Number(visit)
      assert.sameMembers(seen, [
        `Appointment.update ${visit}`,
        `Appointment.update ${visit}`,
        `Appointment.check-in ${visit}`,
        `Appointment.check-out ${visit}`,
        `Encounter.check-in ${number - 4_380_000}`,
        `Encounter.signoff ${number - 4_380_000}`,
        `Claim.create ${number - 4_400_000}`,
        `LabResult.create ${(number - 4_400_000) * 10 + 1}`,
        `Order.submit ${(number - 4_400_000) * 10 + 2}`,
        `Prescription.create ${(number - 4_400_000) * 10 + 3}`,
        `Appointment.freeze ${slot}`,
        `Appointment.unfreeze ${slot}`,
        `Appointment.reschedule ${moved}`,
        `Appointment.schedule ${next}`,
        "Provider.delete 27",
        "Provider.undelete 27",
        "Patient.merge 30001",
        "Patient.merge 30003"
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("gathers the events of a moment, the same record twice too, and no more than its plan says", () => {
    const { layer, received } = receiving({ mostEvents: 4, concurrency: 1 })
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic: "Order.update" })
      const { eventIds } = yield* simulator.fireEvent({ practiceId, topic: "Order.update", times: 5 })
      const again = yield* simulator.fireEvent({
        practiceId,
        topic: "Order.update",
        id: "17",
        patientId: "30003",
        times: 2
      })
      yield* simulator.advance("1 second")
      const later = yield* simulator.fireEvent({ practiceId, topic: "Order.update", id: "17" })
      yield* simulator.advance("1 second")
      assert.deepStrictEqual(received.map(eventIdsOf), [
        eventIds.slice(0, 4),
        [...eventIds.slice(4), ...again.eventIds],
        later.eventIds
      ])
      const second = received[1]
      if (second === undefined) return assert.fail("nothing was sent")
      const { eventsSinceSubscriptionStart, notificationEvent } = statusOf(second)
      assert.strictEqual(eventsSinceSubscriptionStart, "3")
      assert.deepStrictEqual(
        notificationEvent.map(({ eventNumber, focus }) => [eventNumber, focus.identifier?.value === "17"]),
        [
          ["1", false],
          ["2", true],
          ["3", true]
        ]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("is the same with the same seed, byte by byte", () => {
    const once = () => {
      const { layer, received } = receiving({
        focus: "mixed",
        concurrency: 1,
        rules: [{ when: { probability: 0.5 }, fault: { kind: "duplicate", laterMilliseconds: 400 } }]
      })
      return Effect.gen(function* () {
        const simulator = yield* Simulator
        const { subscribe } = yield* subscriber
        yield* subscribe({ topic: "Patient.update" })
        yield* subscribe({ topic: "Encounter.signoff" })
        for (const topic of ["Patient.update", "Encounter.signoff", "Patient.update"]) {
          yield* simulator.fireEvent({ practiceId, topic, times: 15 })
          yield* simulator.advance("1 second")
        }
        return received.map((posted) => [posted.headers["X-Hub-Signature"], textOf(posted)])
      }).pipe(Effect.provide(layer))
    }
    return Effect.gen(function* () {
      const first = yield* once()
      assert.isAbove(first.length, 8)
      assert.deepStrictEqual(yield* once(), first)
    })
  })
})

describe("a subscriber that does not acknowledge", () => {
  it.effect("is sent the same bytes again for an hour, then no more, and for seven days on request", () => {
    const { layer, react, received } = receiving()
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic: "Claim.create" })
      react(() => Effect.succeed(received.length % 2 === 0 ? 503 : 302))
      yield* simulator.fireEvent({ practiceId, topic: "Claim.create" })
      yield* simulator.advance("61 minutes")
      const [report] = yield* simulator.notifications
      const [first] = received
      assert.strictEqual(report?.state, "dead")
      const waits = (report?.attempts ?? []).map(
        ({ at }) => (Date.parse(at) - Date.parse("2026-03-02T12:00:00.100Z")) / 1000
      )
      assert.deepStrictEqual(waits.slice(0, 7), [0, 10, 30, 70, 150, 310, 610])
      assert.isAtMost(Math.max(...waits), 3600)
      assert.isAtLeast(Math.max(...waits), 3300)
      assert.strictEqual(waits.length, received.length)
      for (const posted of received) assert.deepStrictEqual(posted, first)
      yield* simulator.advance("3 hours")
      assert.strictEqual(received.length, waits.length)
      react(acknowledge)
      yield* simulator.advance("6 days")
      assert.strictEqual(yield* simulator.redeliver(["99"]), 0)
      assert.strictEqual(yield* simulator.redeliver(), 1)
      yield* simulator.advance("1 second")
      assert.strictEqual((yield* simulator.notifications)[0]?.state, "delivered")
      react(refuseConnection)
      yield* simulator.fireEvent({ practiceId, topic: "Claim.create" })
      yield* simulator.advance("2 hours")
      yield* simulator.advance("8 days")
      assert.strictEqual(yield* simulator.redeliver(), 0)
    }).pipe(Effect.provide(layer))
  })

  it.effect("has two seconds to answer", () => {
    const { layer, react } = receiving({}, { isClockStopped: false })
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic: "Claim.create" })
      react(() => Effect.as(Effect.sleep("1900 millis"), 204))
      yield* simulator.fireEvent({ practiceId, topic: "Claim.create" })
      yield* TestClock.adjust("100 millis")
      yield* TestClock.adjust("1900 millis")
      assert.strictEqual((yield* simulator.notifications)[0]?.attempts[0]?.outcome, 204)
      react(() => Effect.as(Effect.sleep("2100 millis"), 204))
      yield* simulator.fireEvent({ practiceId, topic: "Claim.create" })
      yield* TestClock.adjust("100 millis")
      yield* TestClock.adjust("2 seconds")
      const [, late] = yield* simulator.notifications
      assert.deepStrictEqual(
        late?.attempts.map(({ outcome }) => outcome),
        ["timeout"]
      )
      assert.strictEqual(late?.state, "waiting")
      react(acknowledge)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* simulator.notifications)[1]?.state, "delivered")
    }).pipe(Effect.provide(layer))
  })
})

describe("what goes wrong with notifications", () => {
  /** Fires three events of a topic, a second between them, and answers what came, event by event. */
  const threeOf = (topic: string) =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic })
      const ids: Array<string> = []
      for (const id of ["1", "2", "3"]) {
        const { eventIds } = yield* simulator.fireEvent({ practiceId, topic, id, patientId: "30003" })
        ids.push(...eventIds)
        yield* simulator.advance("1 second")
      }
      yield* simulator.advance("1 minute")
      return ids
    })

  it.effect("sends twice, in another Bundle or byte by byte", () => {
    const { layer, received } = receiving({
      rules: [
        { when: { nth: [1] }, fault: { kind: "duplicate", laterMilliseconds: 5000 } },
        { when: { nth: [2] }, fault: { kind: "duplicate", laterMilliseconds: 100, sameBytes: true } }
      ]
    })
    return Effect.gen(function* () {
      const [a, b, c] = yield* threeOf("Order.signoff")
      assert.deepStrictEqual(received.flatMap(eventIdsOf), [a, b, b, c, a])
      assert.deepStrictEqual(received[1]?.body, received[2]?.body)
      const [first, , , , again] = received
      if (first === undefined || again === undefined) return assert.fail("nothing was sent")
      assert.notStrictEqual(bundleOf(first).id, bundleOf(again).id)
      assert.strictEqual(bundleOf(again).timestamp, "2026-03-02T12:00:05.100+00:00")
    }).pipe(Effect.provide(layer))
  })

  it.effect("sends late, so that others overtake, and loses", () => {
    const { layer, received } = receiving({
      rules: [
        { when: { nth: [1] }, fault: { kind: "late", milliseconds: 1500 } },
        { when: { nth: [3] }, fault: { kind: "lose" } }
      ]
    })
    return Effect.gen(function* () {
      const [a, b] = yield* threeOf("Order.submit")
      assert.deepStrictEqual(received.flatMap(eventIdsOf), [b, a])
      const reports = yield* (yield* Simulator).notifications
      assert.deepStrictEqual(
        reports.map(({ state }) => state),
        ["delivered", "delivered", "lost"]
      )
    }).pipe(Effect.provide(layer))
  })

  it.effect("is as if the subscriber were down for a while", () => {
    const { layer, received } = receiving({ rules: [{ when: { times: 4 }, fault: { kind: "unreachable" } }] })
    return Effect.gen(function* () {
      const ids = yield* threeOf("Order.submit")
      assert.sameMembers(received.flatMap(eventIdsOf), ids)
      const reports = yield* (yield* Simulator).notifications
      const outcomes = reports.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome))
      assert.strictEqual(outcomes.filter((outcome) => outcome === "unreachable").length, 4)
    }).pipe(Effect.provide(layer))
  })

  it.effect("signs with another secret, another method, or not at all, and writes bodies that are not expected", () => {
    const faults = [
      { kind: "signature", as: "wrong" },
      { kind: "signature", as: "missing" },
      { kind: "signature", as: "sha512" },
      { kind: "signature", as: "unknown-method" },
      { kind: "oddBody", as: "not-json" },
      { kind: "oddBody", as: "not-a-bundle" },
      { kind: "oddBody", as: "empty-bundle" },
      { kind: "oddBody", as: "no-audit-events" },
      { kind: "oddBody", as: "legacy" },
      { kind: "oddBody", as: "other-practice" },
      { kind: "shuffle" },
      { kind: "clockSkew", milliseconds: 11_000 },
      { kind: "padding", bytes: 2_000_000 },
      { kind: "contentType", contentType: "application/json;charset=utf-8" },
      { kind: "plantMarker", marker: "ZEBRA" }
    ] as const
    const { layer, received } = receiving({
      concurrency: 1,
      rules: faults.map((fault, i) => ({ when: { nth: [i + 1] }, fault }))
    })
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      yield* subscribe({ topic: "Appointment.update" })
      for (const _ of faults) {
        yield* simulator.fireEvent({ practiceId, topic: "Appointment.update", times: 3 })
        yield* simulator.advance("1 second")
      }
      const got = received.map((posted) => ({
        posted,
        text: textOf(posted),
        signature: posted.headers["X-Hub-Signature"]
      }))
      const [wrong, missing, other, unknown, ...signed] = got
      assert.match(String(wrong?.signature), /^sha256=[0-9a-f]{64}$/)
      assert.notStrictEqual(wrong?.signature, hmacOf(wrong?.text ?? ""))
      assert.isUndefined(missing?.signature)
      assert.strictEqual(other?.signature, hmacOf(other?.text ?? "", "sha512"))
      assert.match(String(unknown?.signature), /^sha9000=/)
      for (const { signature, text } of signed) assert.strictEqual(signature, hmacOf(text))
      const [notJson, notBundle, empty, alone, legacy, foreign, shuffled, skewed, padded, typed, marked] = signed
      assert.throws(() => JSON.parse(notJson?.text ?? ""))
      assert.strictEqual(JSON.parse(notBundle?.text ?? "").resourceType, "OperationOutcome")
      assert.isUndefined(JSON.parse(empty?.text ?? "").entry)
      assert.strictEqual(JSON.parse(alone?.text ?? "").entry.length, 1)
      assert.include(legacy?.text, "urn:athenahealth:athenanet:api:appointments:195900")
      assert.include(legacy?.text, "https://api.fhir.athena.io/fhir/r4/SubscriptionTopic/")
      assert.include(foreign?.text, "urn:athenahealth:athenanet:appointment:196000")
      if (shuffled === undefined || skewed === undefined) return assert.fail("too little was sent")
      const inAudit = auditEventsOf(shuffled.posted).map(({ id }) => id)
      assert.deepStrictEqual([...inAudit].reverse(), eventIdsOf(shuffled.posted))
      const { entry, timestamp } = bundleOf(skewed.posted)
      assert.isTrue(Date.parse(timestamp) < Date.parse(entry[0].resource.notificationEvent[0]?.timestamp ?? ""))
      assert.isAbove(padded?.text.length ?? 0, 2_000_000)
      assert.strictEqual(typed?.posted.headers["Content-Type"], "application/json;charset=utf-8")
      assert.include(marked?.text, "ZEBRA")
    }).pipe(Effect.provide(layer))
  })

  it.effect("knows handshakes and heartbeats, which the vendor names nowhere, when they are asked for", () => {
    const { layer, received } = receiving()
    return Effect.gen(function* () {
      const simulator = yield* Simulator
      const { subscribe } = yield* subscriber
      const subscriptionId = yield* subscribe({ topic: "Patient.update" })
      yield* simulator.signal(subscriptionId, "handshake")
      yield* simulator.signal(subscriptionId, "heartbeat")
      yield* simulator.advance("1 second")
      assert.deepStrictEqual(
        received.map((posted) => statusOf(posted).type),
        ["handshake", "heartbeat"]
      )
      for (const posted of received) assert.strictEqual(posted.headers["X-Hub-Signature"], hmacOf(posted.body))
      const unknown = yield* Effect.flip(simulator.signal("nobody", "heartbeat"))
      assert.strictEqual(unknown._tag, "UnknownSubscription")
    }).pipe(Effect.provide(layer))
  })
})
