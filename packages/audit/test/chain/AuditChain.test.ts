import { AppointmentId } from "@athena-engine/athena-core/ids/AppointmentId"
import { PatientId } from "@athena-engine/athena-core/ids/PatientId"
import { assert, describe, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import { chainEntries, emptyChain } from "../../src/chain/AuditChain.ts"
import { decodeEntry, encodeEntry } from "../../src/chain/CanonicalEntry.ts"
import { canonicalJson } from "../../src/chain/CanonicalJson.ts"
import { genesisHash, hashEntry } from "../../src/chain/EntryHash.ts"
import { canonicalSubjectSet, subjectSetOf } from "../../src/chain/SubjectSet.ts"
import { AuditEntry, type EntryDraft } from "../../src/event/AuditEntry.ts"
import { storableText } from "../../src/event/storableText.ts"

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

const wellFormed = (entry: AuditEntry) =>
  JSON.stringify(entry).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(entry))

describe("canonical bytes", () => {
  it.prop("come back as the entry they were made of", [AuditEntry], ([entry]) => {
    if (!wellFormed(entry)) return
    assert.deepStrictEqual(Option.getOrThrow(decodeEntry(encodeEntry(entry))), entry)
  })

  it.prop("differ when entries differ", [AuditEntry, AuditEntry], ([a, b]) => {
    if (!wellFormed(a) || !wellFormed(b)) return
    const same = Schema.toEquivalence(AuditEntry)(a, b)
    assert.strictEqual(hashEntry(encodeEntry(a)) === hashEntry(encodeEntry(b)), same)
  })

  it("write members in the order of UTF-16 code units, without white space, as RFC 8785 does", () => {
    const value = {
      "\u20ac": "1",
      "\r": "2",
      "\ufb33": "3",
      "1": 4,
      "\ud83d\ude00": null,
      "\u0080": ["5"],
      "\u00f6": {}
    }
    assert.strictEqual(
      text(canonicalJson(value)),
      '{"\\r":"2","1":4,"\u0080":["5"],"\u00f6":{},"\u20ac":"1","\ud83d\ude00":null,"\ufb33":"3"}'
    )
  })

  it("are refused when they are not exactly an entry's", () => {
    const bytes = encodeEntry(example.entry)
    const spaced = text(bytes).replace(":", ": ")
    const extended = text(bytes).replace("{", '{"a":"b",')
    for (const other of ["", "{}", "[]", "null", spaced, extended]) {
      assert.isTrue(Option.isNone(decodeEntry(new TextEncoder().encode(other))), other)
    }
  })

  it("hold no fraction", () => {
    assert.throws(() => canonicalJson(1.5))
    assert.throws(() => canonicalJson(2 ** 53))
  })
})

const draft: EntryDraft = {
  format: 1,
  keyId: null,
  chain: "195900",
  eventId: "6f1c1d0e-7d7f-4a53-9f0c-2b8d7a1e5c11",
  writerId: "0d9a4f0b-6c35-4a17-8a2e-93b1c5d7e2f4",
  details: {},
  kind: "outcome",
  outcome: "success",
  errorTag: null,
  records: 2,
  attempts: 1,
  requestId: "req-1"
}
const recordedAt = new Date("2026-01-02T03:04:05.678Z")
const chained = chainEntries(
  [emptyChain("195900")],
  [
    { entry: draft, subjects: null },
    { entry: draft, subjects: null }
  ],
  recordedAt
)
const example = chained.entries[0] ?? assert.fail("nothing was chained")

describe("the chain", () => {
  it("numbers from one and links each entry to the one before, the first to the genesis hash", () => {
    const [first, second] = chained.entries
    assert.isDefined(first)
    assert.isDefined(second)
    assert.deepInclude(first.entry, { sequence: 1, previousHash: genesisHash("195900") })
    assert.deepInclude(second.entry, { sequence: 2, previousHash: first.hash })
    assert.deepStrictEqual(chained.heads, [{ chain: "195900", sequence: 2, hash: second.hash }])
  })

  // The vectors of docs/audit-format.md: if one changes, the format has changed.
  it("has the hashes that the format's description shows", () => {
    assert.strictEqual(
      text(example.canonical),
      '{"attempts":1,"chain":"195900","details":{},"errorTag":null,"eventId":"6f1c1d0e-7d7f-4a53-9f0c-2b8d7a1e5c11","format":1,"keyId":null,"kind":"outcome","outcome":"success","previousHash":"PREVIOUS","recordedAt":"2026-01-02T03:04:05.678Z","records":2,"requestId":"req-1","sequence":1,"subjectSet":null,"writerId":"0d9a4f0b-6c35-4a17-8a2e-93b1c5d7e2f4"}'.replace(
        "PREVIOUS",
        genesisHash("195900")
      )
    )
    assert.strictEqual(genesisHash("195900"), "5bcc3344769c79d51ea3dea292504ea4773b2958adbf06b61662bb489bb24ddb")
    assert.strictEqual(example.hash, "68a60666fc0eeb4b53239513dcdecc4696b7604cf7b3cd8779016b80a2f0d74b")
    const subjects = subjectSetOf({ patientIds: [PatientId.make("2"), PatientId.make("10")], appointmentIds: [] })
    assert.isNotNull(subjects)
    assert.strictEqual(text(canonicalSubjectSet(subjects)), '{"appointmentIds":[],"patientIds":["10","2"]}')
    assert.strictEqual(subjects.hash, "f3ac42050ee6a612b41d2efbe08a357b64b5c11c30eaafc0325f590ea5690f08")
  })
})

describe("subject sets", () => {
  it.prop("do not depend on order or repetition", [Schema.Array(Schema.NonEmptyString)], ([ids]) => {
    const patientIds = ids.map((id) => id as PatientId)
    const once = subjectSetOf({ patientIds, appointmentIds: [] })
    const twice = subjectSetOf(
      { patientIds: [...patientIds].reverse(), appointmentIds: [] },
      { patientIds, appointmentIds: [] }
    )
    assert.deepStrictEqual(twice, once)
    assert.strictEqual(once === null, ids.length === 0)
  })

  it("tell patients from appointments", () => {
    const patient = subjectSetOf({ patientIds: [PatientId.make("1")], appointmentIds: [] })
    const appointment = subjectSetOf({ patientIds: [], appointmentIds: [AppointmentId.make("1")] })
    assert.notStrictEqual(patient?.hash, appointment?.hash)
  })

  it.prop("hold only text that a database can store", [Schema.String], ([id]) => {
    assert.isTrue(storableText(id).isWellFormed())
    assert.notInclude(storableText(id), "\u0000")
  })
})
