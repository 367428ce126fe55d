import { arbitraryJson, marked } from "@athena-engine/testing/leaks/arbitraryJson"
import { makeLeakFinder } from "@athena-engine/testing/leaks/LeakFinder"
import { marker, socialSecurity } from "@athena-engine/testing/leaks/markers"
import { printed } from "@athena-engine/testing/leaks/printed"
import { type Chance, chance } from "@athena-engine/testing/random/Chance"
import { seeds } from "@athena-engine/testing/random/seeds"
import { sized } from "@athena-engine/testing/size/sized"
import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import type { EventNotification, NotificationReading } from "../../src/events/EventNotification.ts"
import { readNotification } from "../../src/events/readNotification.ts"
import { eventRecordType, eventRecordTypes, eventTopics, topicNamed } from "../../src/events/topics.ts"
import { isOpaqueId } from "../../src/ids/OpaqueId.ts"
import { isTopicName } from "../../src/ids/TopicName.ts"
import {
  auditEventOf,
  bundleOf,
  bytesOf,
  entry,
  eventId,
  extensions,
  identifier,
  type Json,
  notificationOf,
  reference,
  type SampleEvent,
  samples,
  signed,
  statusOf,
  subscriptionId
} from "../support/vendorNotification.ts"

const readText = (text: string) => readNotification(signed(Buffer.from(text)))
const read = (bundle: unknown) => readNotification(signed(bytesOf(bundle)))

const eventsIn = (reading: NotificationReading): ReadonlyArray<EventNotification> =>
  reading._tag === "Events" ? reading.events : assert.fail(`no events, but ${JSON.stringify(reading)}`)

const onlyEvent = (bundle: unknown): EventNotification => {
  const events = eventsIn(read(bundle))
  assert.strictEqual(events.length, 1)
  return events[0] ?? assert.fail()
}

const one = (topic: string, event: Omit<SampleEvent, "id">) =>
  onlyEvent(notificationOf(topic, [{ id: eventId(1), ...event }]))

const plain = (event: EventNotification) => ({
  ...event,
  occurredAt: event.occurredAt === undefined ? undefined : DateTime.formatIso(event.occurredAt)
})

describe("the topics", () => {
  it("are 62, of 15 types, each named once", () => {
    assert.strictEqual(new Set(eventTopics.map(({ name }) => name)).size, 62)
    assert.strictEqual(eventRecordTypes.length, 15)
    for (const topic of eventTopics) {
      assert.strictEqual(topicNamed(topic.name), topic)
      assert.isTrue(isTopicName(topic.name))
      const type = eventRecordType(topic.type)
      assert.isTrue(type?.entity !== undefined || type?.fhirType !== undefined)
    }
    assert.isUndefined(topicNamed("Appointment.create"))
    assert.isUndefined(topicNamed("LabResult.delete"))
    assert.isUndefined(topicNamed("constructor"))
  })
})

describe("a notification like the vendor's sample", () => {
  const common = {
    practiceId: "195900",
    subscriptionId,
    occurredAt: "2023-04-14T09:22:56.000Z",
    keptBecause: undefined
  }

  it("of a patient names patient and department", () => {
    assert.deepStrictEqual(plain(onlyEvent(samples.patient)), {
      ...common,
      eventId: eventId(1),
      topic: "Patient.update",
      resource: "Patient",
      resourceId: "1",
      logicalId: "a-195900.E-1",
      patientId: "1",
      departmentId: "1"
    } as never)
  })

  it("of an appointment names appointment, patient and department", () => {
    assert.deepStrictEqual(plain(onlyEvent(samples.appointment)), {
      ...common,
      eventId: eventId(2),
      topic: "Appointment.schedule",
      resource: "Appointment",
      resourceId: "2",
      logicalId: undefined,
      patientId: "60178",
      departmentId: "150"
    } as never)
  })

  it("of an order names the patient that its call-back needs", () => {
    assert.deepInclude(onlyEvent(samples.order), { resource: "Order", resourceId: "3", patientId: "60179" as never })
  })
})

describe("the record of an event", () => {
  it.each([
    ["by identifier", "Encounter.signoff", identifier("encounter", "35840"), "35840", undefined],
    ["by an identifier that is a number", "Claim.update", identifier("claim", 77), "77", undefined],
    ["by an identifier of the old form", "Appointment.cancel", identifier("api:appointments", "2"), "2", undefined],
    ["by a logical id as identifier", "Patient.update", identifier("patient", "a-195900.E-7"), "7", "a-195900.E-7"],
    ["by reference", "Encounter.signoff", reference("Encounter/a-195900.encounter-9"), "9", "a-195900.encounter-9"],
    [
      "by an absolute reference",
      "Patient.merge",
      reference("https://x.test/fhir/r4/Patient/a-195900.E-7"),
      "7",
      "a-195900.E-7"
    ],
    [
      "by a reference with a version",
      "Patient.merge",
      reference("Patient/a-195900.E-7/_history/2"),
      "7",
      "a-195900.E-7"
    ],
    ["by a bare logical id", "Patient.merge", reference("a-195900.E-7"), "7", "a-195900.E-7"],
    ["by a type that nobody has seen", "HistoricalVaccine.create", identifier("vaccine", "5"), "5", undefined],
    [
      "by a kind that nobody has seen",
      "Provider.create",
      reference("Practitioner/a-195900.Doc-5"),
      "5",
      "a-195900.Doc-5"
    ],
    [
      "by both",
      "Provider.create",
      { ...reference("Practitioner/a-195900.Provider-5"), ...identifier("provider", "5") },
      "5",
      "a-195900.Provider-5"
    ]
  ])("is told %s", (_, topic, focus, resourceId, logicalId) => {
    assert.deepInclude(one(topic, { focus }), { resourceId, logicalId, keptBecause: undefined })
  })

  it.each([
    ["of another type than the topic's", "Appointment.update", identifier("patient", "7"), "7"],
    ["a patient under a topic of something else", "Encounter.reopen", reference("Encounter/a-195900.E-7"), "7"],
    ["something else under a topic of patients", "Patient.update", reference("Patient/a-195900.encounter-7"), "7"],
    ["a resource of another type than the topic's", "Patient.update", reference("Practitioner/a-195900.E-7"), "7"],
    ["a department", "Provider.update", reference("Organization/a-195900.Department-7"), "7"],
    ["not there", "Appointment.update", {}, "unknown"],
    ["of a form that nobody knows", "Appointment.update", reference("#contained"), "unknown"],
    ["a name", "Appointment.update", identifier("appointment", "Quillfeather"), "unknown"],
    ["a social security number", "Patient.update", identifier("patient", socialSecurity.text), "unknown"]
  ])("is not called back for if it is %s, and the event is kept", (_, topic, focus, resourceId) => {
    assert.deepInclude(one(topic, { focus }), { resourceId, keptBecause: "unknown-form" })
  })

  it("is one that each of several events may have", () => {
    const focus = identifier("appointment", "2")
    const events = [1, 2, 3].map((n) => ({ id: eventId(n), focus }))
    const reading = read(notificationOf("Appointment.update", events))
    assert.deepStrictEqual(
      eventsIn(reading).map((event) => [event.eventId, event.resourceId]),
      [
        [eventId(1), "2"],
        [eventId(2), "2"],
        [eventId(3), "2"]
      ]
    )
    assert.deepInclude(reading, { unread: 0 })
  })

  it.each(["http", "https"])("has a patient under %s", (scheme) => {
    const focus = identifier("labresult", "4")
    assert.strictEqual(
      one("LabResult.update", { focus, extension: [extensions.patient("H228145", scheme)] }).patientId,
      "H228145" as never
    )
  })
})

describe("an event that names several practices", () => {
  it.each<readonly [string, Omit<SampleEvent, "id">]>([
    ["in focus and observer", { focus: identifier("order", "2", "195901") }],
    ["in the focus itself", { focus: { ...identifier("order", "2"), ...reference("Basic/a-195901.Order-2") } }],
    ["in identifier and value", { focus: identifier("order", "a-195901.Order-2") }],
    [
      "in patient and observer",
      { focus: identifier("order", "2"), extension: [extensions.patient("1", "https", "195901")] }
    ]
  ])("%s is kept, under the practice whose subscription it is", (_, event) => {
    assert.deepInclude(one("Order.update", event), { keptBecause: "other-practice", practiceId: "195900" as never })
  })

  it("in focus and the entity of its AuditEvent is kept", () => {
    const event = { id: eventId(1), focus: identifier("order", "2") }
    const audit = auditEventOf("Order.update", { ...event, focus: identifier("order", "2", "195901") })
    const bundle = bundleOf([entry(statusOf("Order.update", [event])), entry(audit)])
    assert.deepInclude(onlyEvent(bundle), { keptBecause: "other-practice" })
  })

  it("has neither patient nor department of the other one", () => {
    const event = one("Order.update", {
      focus: identifier("order", "2"),
      extension: [extensions.patient("1", "http", "195901"), extensions.department("9", "195901")]
    })
    assert.isUndefined(event.patientId)
    assert.isUndefined(event.departmentId)
    assert.isUndefined(one("Patient.update", { focus: identifier("patient", "1", "195901") }).patientId)
  })
})

describe("a Bundle", () => {
  const appointments = [2, 3, 4].map((n) => ({
    id: eventId(n),
    focus: identifier("appointment", String(n)),
    extension: [extensions.patient(String(60_000 + n))]
  }))
  const topic = "Appointment.check-in"
  const audits = appointments.map((event) => entry(auditEventOf(topic, event)))
  const status = entry(statusOf(topic, appointments))
  const whole = eventsIn(read(bundleOf([status, ...audits])))

  it("may have its entries in any order", () => {
    for (const entries of [[...audits].reverse(), [audits[1], audits[0], audits[2]]] as ReadonlyArray<
      ReadonlyArray<Json>
    >) {
      assert.deepStrictEqual(eventsIn(read(bundleOf([...entries, status]))), whole)
    }
  })

  it("may lack AuditEvents", () => {
    const events = eventsIn(read(bundleOf([status, ...audits.slice(2), { fullUrl: "urn:uuid:1" }])))
    assert.deepStrictEqual(
      events.map(({ keptBecause, patientId, practiceId, resourceId }) => [
        resourceId,
        practiceId,
        patientId,
        keptBecause
      ]),
      [
        ["2", "195900", undefined, undefined],
        ["3", "195900", undefined, undefined],
        ["4", "195900", "60004", undefined]
      ]
    )
  })

  it("may lack the list of events, or the status", () => {
    const { notificationEvent: _, ...without } = statusOf(topic, appointments)
    assert.deepStrictEqual(eventsIn(read(bundleOf([entry(without), ...audits]))), whole)
    assert.deepStrictEqual(
      eventsIn(read(bundleOf(audits))),
      whole.map((event) => ({ ...event, subscriptionId: undefined }))
    )
  })

  it("may lack an event's id, focus or time, which its AuditEvent has too", () => {
    const events = (status["resource"] as { readonly notificationEvent: ReadonlyArray<Json> }).notificationEvent
    for (const key of ["id", "focus", "timestamp"]) {
      const maimed = {
        ...statusOf(topic, []),
        notificationEvent: events.map((event) => ({ ...event, [key]: undefined }))
      }
      const reading = read(bundleOf([entry(maimed), ...audits]))
      assert.deepStrictEqual(reading, { _tag: "Events", events: whole as never, unread: 0 })
    }
  })

  it("reads what can be read, and says how much could not", () => {
    const odd = { ...statusOf(topic, appointments), eventsInNotification: 9 }
    assert.deepInclude(read(bundleOf([entry(odd), ...audits])), { unread: 6 })
    const withoutPractice = { id: eventId(9), focus: {} }
    const reading = read(bundleOf([entry(statusOf(topic, [withoutPractice, ...appointments])), ...audits]))
    assert.deepInclude(reading, { unread: 1 })
    assert.deepStrictEqual(eventsIn(reading), whole)
  })

  it("tells an event once, however often it names it", () => {
    const twice = [...appointments, ...appointments]
    const reading = read(bundleOf([entry(statusOf(topic, twice)), ...audits, ...audits]))
    assert.deepStrictEqual(reading, { _tag: "Events", events: whole as never, unread: 0 })
  })

  it("may name a topic that nobody knows, or none", () => {
    const event = { id: eventId(1), focus: identifier("appointment", "2") }
    assert.deepInclude(onlyEvent(notificationOf("Appointment.create", [event])), {
      topic: "Appointment.create",
      resource: "Appointment",
      resourceId: "2",
      keptBecause: "unknown-topic"
    })
    assert.deepInclude(onlyEvent(notificationOf("not a topic", [event])), {
      topic: "unknown",
      resource: "unknown",
      keptBecause: "unknown-topic"
    })
    const known = notificationOf("not a topic", [{ ...event, topic: "Appointment.freeze" }])
    assert.deepInclude(onlyEvent(known), { topic: "Appointment.freeze", keptBecause: undefined })
  })

  it("like the vendor's old test data is read by its focus", () => {
    const event = { id: eventId(1), focus: identifier("api:appointments", "2") }
    const old = {
      ...statusOf("Appointment.update", [event]),
      topic: "https://api.fhir.athena.io/fhir/r4/SubscriptionTopic/Appointment.update"
    }
    assert.deepInclude(onlyEvent(bundleOf([entry(old), { fullUrl: "urn:uuid:1", request: {} }])), {
      topic: "Appointment.update",
      resourceId: "2",
      practiceId: "195900" as never,
      keptBecause: undefined
    })
  })

  it("has no time of an event that no calendar of ours has", () => {
    for (const timestamp of ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "yesterday", "2023-04-14"]) {
      assert.isUndefined(one(topic, { focus: identifier("appointment", "2"), timestamp }).occurredAt)
    }
  })

  it.each([
    ["handshake", "handshake"],
    ["heartbeat", "heartbeat"],
    ["query-status", "query-status"],
    ["query-event", "query-event"],
    ["event-notification", "empty"],
    ["Zquuxwyvern", "other"]
  ])("of type %s without events is %s", (type, kind) => {
    assert.deepStrictEqual(read(bundleOf([entry(statusOf(topic, [], type))])), { _tag: "NoEvents", kind } as never)
  })

  it.each<readonly [string, Json, NotificationReading]>([
    ["without entries has no events", bundleOf([]), { _tag: "NoEvents", kind: "empty" }],
    ["without a list of entries has no events", { resourceType: "Bundle" }, { _tag: "NoEvents", kind: "empty" }],
    [
      "of other resources",
      bundleOf([entry({ resourceType: "Patient", id: "1" })]),
      { _tag: "Unreadable", reason: "no-status" }
    ],
    ["of nothing", bundleOf([{}, {}]), { _tag: "Unreadable", reason: "no-status" }],
    [
      "whose events are not there",
      bundleOf([entry({ ...statusOf(topic, []), eventsInNotification: 2 })]),
      { _tag: "Unreadable", reason: "no-event" }
    ],
    [
      "whose events have no ids",
      bundleOf([entry(statusOf(topic, [{ id: "?", focus: {} }]))]),
      { _tag: "Unreadable", reason: "no-event" }
    ],
    [
      "whose events have no practice",
      bundleOf([entry(statusOf(topic, [{ id: eventId(1), focus: {} }]))]),
      { _tag: "Unreadable", reason: "events" }
    ]
  ])("%s", (_, bundle, reading) => {
    assert.deepStrictEqual(read(bundle), reading)
  })
})

describe("what is no Bundle", () => {
  it.each(["", " ", "{resourceType: Bundle}", '{"resourceType":"Bundle"', "\u0000"])(
    "is refused as no JSON: %j",
    (text) => {
      assert.deepStrictEqual(readText(text), { _tag: "Refused", reason: "not-json" })
    }
  )

  it.each([
    "null",
    "1",
    '"Bundle"',
    "[]",
    "{}",
    '[{"resourceType":"Bundle"}]',
    '{"resourceType":"OperationOutcome"}',
    '{"resourceType":["Bundle"]}',
    '{"__proto__":{"resourceType":"Bundle"}}'
  ])("is refused as no Bundle: %s", (text) => {
    assert.deepStrictEqual(readText(text), { _tag: "Refused", reason: "not-a-bundle" })
  })

  it("is refused without being parsed if it is nested deeper than any Bundle", () => {
    const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`
    for (const text of [deep, `{"resourceType":"Bundle","x":"\\\\","entry":${deep}}`]) {
      assert.deepStrictEqual(readText(text), { _tag: "Refused", reason: "not-json" })
    }
  })
})

describe("bytes that are not quite right", () => {
  it("are read where names have bytes that are no UTF-8", () => {
    const text = new TextDecoder().decode(bytesOf(samples.appointment)).replace("jquillfeather", "Jos\u00e9")
    assert.strictEqual(eventsIn(readNotification(signed(Buffer.from(text, "latin1")))).length, 1)
  })

  it("are read behind a byte order mark, and before megabytes of white space", () => {
    const text = new TextDecoder().decode(bytesOf(samples.appointment))
    assert.strictEqual(eventsIn(readText(`\ufeff${text}${" ".repeat(1_000_000)}`)).length, 1)
  })

  it("are read with brackets in texts, and with a reasonable depth beside them", () => {
    const rest = [
      `"${"[{".repeat(50_000)}"`,
      `"\\"${"[".repeat(9000)}"`,
      `${"[".repeat(400)}"${" ".repeat(20_000)}"${"]".repeat(400)}`
    ]
    for (const value of rest) {
      const text = JSON.stringify(samples.appointment).replace('"type":"history"', () => `"x":${value}`)
      assert.strictEqual(eventsIn(readText(text)).length, 1)
    }
  })
})

/** Whatever came in: ids, a topic, a time, and words of ours. */
const assertOnlyIds = (reading: NotificationReading) => {
  if (reading._tag !== "Events") {
    const told = reading._tag === "NoEvents" ? reading.kind : reading.reason
    assert.match(told, /^[a-z-]{5,15}$/)
    return
  }
  assert.isAtLeast(reading.unread, 0)
  assert.strictEqual(new Set(reading.events.map((event) => event.eventId)).size, reading.events.length)
  for (const event of reading.events) {
    const { departmentId, keptBecause, logicalId, occurredAt, patientId, practiceId, resource, resourceId } = event
    assert.match(practiceId, /^\d{1,12}$/)
    assert.isTrue(isTopicName(event.topic) || event.topic === "unknown")
    assert.strictEqual(resource, event.topic.split(".")[0])
    assert.isTrue(isOpaqueId(event.eventId))
    assert.isTrue(isOpaqueId(resourceId) || (resourceId === "unknown" && keptBecause !== undefined))
    for (const id of [patientId, departmentId, event.subscriptionId]) assert.isTrue(id === undefined || isOpaqueId(id))
    assert.isTrue(
      logicalId === undefined || /^a-\d{1,12}\.[A-Za-z][A-Za-z0-9]{0,40}-[A-Za-z0-9._:~-]+$/.test(logicalId)
    )
    assert.isTrue(occurredAt === undefined || DateTime.isDateTime(occurredAt))
    assert.strictEqual(Object.keys(event).length, 11)
  }
}

/** Some value somewhere in the JSON taken out, doubled, or replaced by any other. */
const mutated = (chance: Chance, json: unknown, depth = 0): unknown => {
  if (depth > 2 && chance.happens(0.04))
    return chance.pick([undefined, arbitraryJson(chance, 2), [json, json], { json }])
  if (Array.isArray(json)) {
    const all = json.map((item) => mutated(chance, item, depth + 1))
    return chance.happens(0.1) ? all.reverse() : chance.happens(0.05) ? [...all, ...all] : all
  }
  if (typeof json !== "object" || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      chance.happens(0.01) ? `${key}s` : key,
      mutated(chance, value, depth + 1)
    ])
  )
}

/** A marker in every text that is free, and beside every key. */
const withNames = (chance: Chance, json: unknown): unknown => {
  if (Array.isArray(json)) return json.map((item) => withNames(chance, item))
  if (typeof json !== "object" || json === null) return json
  const named = Object.entries(json).map(([key, value]) => {
    const isFree = key === "display" || key === "value" || key === "id" || key === "eventNumber" || key === "fullUrl"
    if (typeof value === "string" && isFree && chance.happens(0.2)) {
      return [key, chance.pick([`${value} ${marker}`, `${marker}, Ann`, socialSecurity.text, marker])]
    }
    return [key, withNames(chance, value)]
  })
  return {
    ...Object.fromEntries(named),
    display: marker,
    text: { div: `<div>${marker}</div>` },
    [`${marker}s`]: marked(chance, arbitraryJson(chance, 1))
  }
}

const runs = sized({ short: 400, long: 40_000 })

for (const seed of seeds({ short: 1, long: 3 })) {
  describe(`anything at all (TEST_SEED=${seed})`, () => {
    it("is read without an exception, and gives nothing but ids", () => {
      const dice = chance(seed)
      for (let n = 0; n < runs; n++) {
        const entries = Array.from({ length: dice.below(4) }, () => ({
          resource: {
            resourceType: dice.pick(["SubscriptionStatus", "AuditEvent"]),
            id: arbitraryJson(dice),
            type: arbitraryJson(dice),
            notificationEvent: arbitraryJson(dice),
            extension: arbitraryJson(dice),
            entity: arbitraryJson(dice)
          }
        }))
        assertOnlyIds(read({ resourceType: "Bundle", entry: dice.happens(0.7) ? entries : arbitraryJson(dice) }))
        assertOnlyIds(read(arbitraryJson(dice)))
      }
    })

    it("changed somewhere is read as far as it can be", () => {
      const dice = chance(seed)
      let read_ = 0
      for (let n = 0; n < runs; n++) {
        const events = Array.from({ length: 1 + dice.below(4) }, (_, at) => ({
          id: eventId(at),
          focus: { ...identifier("patient", String(at)), ...reference(`Patient/a-195900.E-${at}`) },
          extension: [extensions.patient(String(at)), extensions.department("1")]
        }))
        const bundle = notificationOf(dice.pick(eventTopics).name, events)
        const reading = read(mutated(dice, bundle))
        assertOnlyIds(reading)
        if (reading._tag === "Events") read_ += 1
        const text = JSON.stringify(bundle)
        const at = dice.below(text.length)
        assertOnlyIds(readText(dice.happens(0.5) ? text.slice(0, at) : `${text.slice(0, at)}${text.slice(at + 1)}`))
      }
      assert.isAbove(read_, runs / 2)
    })

    it("gives away no name and no other text", () => {
      const dice = chance(seed)
      const { find } = makeLeakFinder([marker, socialSecurity.text])
      for (let n = 0; n < runs; n++) {
        const notification = signed(bytesOf(withNames(dice, dice.pick(Object.values(samples)))))
        const reading = readNotification(notification)
        assertOnlyIds(reading)
        assert.deepStrictEqual(find("reading", printed(reading)), [])
        if (n < 20) assert.deepStrictEqual(find("notification", printed(notification)), [])
      }
    })
  })
}
