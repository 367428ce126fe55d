/**
 * How notifications are sent, and what goes wrong with them, as data: given at the start, replaced at run time. The same
 * plan and the same events give the same notifications.
 */
import { Schema } from "effect"
import { FaultTiming } from "../faults/FaultPlan.ts"

const natural = Schema.Natural
const positive = Schema.Int.check(Schema.isGreaterThan(0))

/** Every event of the notification comes once more, `laterMilliseconds` (1,000 by default) after it: in a Bundle of its own,
 * or as the `sameBytes` again. */
export const Duplicate = Schema.Struct({
  kind: Schema.Literal("duplicate"),
  laterMilliseconds: Schema.optionalKey(natural),
  sameBytes: Schema.optionalKey(Schema.Boolean)
})

/** Held back, so that later notifications overtake it. */
export const Late = Schema.Struct({ kind: Schema.Literal("late"), milliseconds: natural })

/** The entries of the Bundle in another order than that of the events. */
export const Shuffle = Schema.Struct({ kind: Schema.Literal("shuffle") })

/** Never sent, and not kept either. */
export const Lose = Schema.Struct({ kind: Schema.Literal("lose") })

/** Not sent at this attempt, as if the subscriber were down; attempts go on. */
export const Unreachable = Schema.Struct({ kind: Schema.Literal("unreachable") })

/** Signed with another secret, with another method (`sha1`, `sha384`, `sha512`, or one that nobody knows), or not at all. */
export const Signature = Schema.Struct({
  kind: Schema.Literal("signature"),
  as: Schema.Literals(["wrong", "missing", "sha1", "sha384", "sha512", "unknown-method", "upper-case"])
})

/** The time of sending is so much before that of the events: clocks that do not agree. */
export const ClockSkew = Schema.Struct({ kind: Schema.Literal("clockSkew"), milliseconds: natural })

/** Signed rightly, but of a shape that is not expected. */
export const OddBody = Schema.Struct({
  kind: Schema.Literal("oddBody"),
  /**
   * `not-json`; `not-a-bundle`; `empty-bundle`: no entry; `no-audit-events`: without the entries behind the first;
   * `legacy`: as the vendor's old test data, with `urn:…:api:appointments:…` and another host in the topic;
   * `other-practice`: the focus is of another practice than the subscription.
   */
  as: Schema.Literals(["not-json", "not-a-bundle", "empty-bundle", "no-audit-events", "legacy", "other-practice"])
})

/** Under another content type. */
export const NotificationContentType = Schema.Struct({
  kind: Schema.Literal("contentType"),
  contentType: Schema.String
})

/** So many spaces behind the last brace, to bring a body over a limit of size. */
export const Padding = Schema.Struct({ kind: Schema.Literal("padding"), bytes: natural })

/** The marker stands in what identifies: names of users, to look for leaks. */
export const NotificationMarker = Schema.Struct({ kind: Schema.Literal("plantMarker"), marker: Schema.String })

export const NotificationFault = Schema.Union([
  Duplicate,
  Late,
  Shuffle,
  Lose,
  Unreachable,
  Signature,
  ClockSkew,
  OddBody,
  NotificationContentType,
  Padding,
  NotificationMarker
])
export type NotificationFault = typeof NotificationFault.Type

export const NotificationRule = Schema.Struct({
  /** Which notifications a rule looks at; all when empty. */
  match: Schema.optionalKey(
    Schema.Struct({
      practiceId: Schema.optionalKey(Schema.String),
      topic: Schema.optionalKey(Schema.String),
      subscriptionId: Schema.optionalKey(Schema.String)
    })
  ),
  /** Which of them it strikes. Attempts at sending one again do not count, except for `unreachable`. */
  when: Schema.optionalKey(FaultTiming),
  fault: NotificationFault
})

/** How what failed is sent again. The vendor says an hour, and does not say how often: the spacing is `[assumed]`. */
export const Retries = Schema.Struct({
  /** Until the first repetition; it doubles from then on. 10 by default. */
  firstSeconds: Schema.optionalKey(natural),
  /** The longest wait. 300 by default. */
  mostSeconds: Schema.optionalKey(natural),
  /** From the first attempt on; 3,600 by default. What failed for so long is kept for 7 days, to be sent again on request. */
  forSeconds: Schema.optionalKey(natural)
})

export const NotificationPlan = Schema.Struct({
  /** For probabilities and for what is chosen; 1 by default. */
  seed: Schema.optionalKey(Schema.Int),
  /** From an event to its notification. Later events of the subscription that fit into that time go with it. 100 by default. */
  gatherMilliseconds: Schema.optionalKey(natural),
  /** Most events of a notification; 10 by default. */
  mostEvents: Schema.optionalKey(positive),
  /** Most notifications on their way at once; 16 by default, 1 for a fixed order. */
  concurrency: Schema.optionalKey(positive),
  /** How long a subscriber may take to answer, by the machine's clock; 2,000 by default, as at the vendor's. */
  timeoutMilliseconds: Schema.optionalKey(positive),
  retries: Schema.optionalKey(Retries),
  /**
   * What the focus holds where the topic's records can be read both ways: `reference` (FHIR), `identifier` (`/v1`), `both`
   * (the default), or now one and now another (`mixed`). Where there is one way only, it is that.
   */
  focus: Schema.optionalKey(Schema.Literals(["reference", "identifier", "both", "mixed"])),
  /** Which spelling the patient extension's URL has: as documented (`http`), as in the samples (`https`), or either: `mixed` (the default). */
  patientExtension: Schema.optionalKey(Schema.Literals(["http", "https", "mixed"])),
  rules: Schema.optionalKey(Schema.Array(NotificationRule))
})
export type NotificationPlan = typeof NotificationPlan.Type

/** A plan with every default filled in. */
export const planOf = (plan: NotificationPlan) => ({
  seed: plan.seed ?? 1,
  gatherMilliseconds: plan.gatherMilliseconds ?? 100,
  mostEvents: plan.mostEvents ?? 10,
  concurrency: plan.concurrency ?? 16,
  timeoutMilliseconds: plan.timeoutMilliseconds ?? 2000,
  retries: {
    firstMilliseconds: (plan.retries?.firstSeconds ?? 10) * 1000,
    mostMilliseconds: (plan.retries?.mostSeconds ?? 300) * 1000,
    forMilliseconds: (plan.retries?.forSeconds ?? 3600) * 1000
  },
  focus: plan.focus ?? "both",
  patientExtension: plan.patientExtension ?? "mixed",
  rules: plan.rules ?? []
})
export type FullPlan = ReturnType<typeof planOf>
