/**
 * The notifications of all subscriptions, from the event to the acknowledgement. It holds no clock and sends nothing: it is
 * told what happened and what time it is, and says what is due.
 *
 * 1. An event joins the notification that its subscription is gathering, or begins one.
 * 2. When that is due the plan's faults are dealt, it is rendered and signed, and it is sent.
 * 3. A 2xx in time delivers it. Anything else has it sent again, byte by byte, until its hour is over; then it is dead.
 */
import { RuleCounts } from "../faults/RuleCounts.ts"
import type { StoredSubscription, SubscriptionStore } from "../fhir/SubscriptionStore.ts"
import type { Occurrence } from "../world/Occurrences.ts"
import { uuidOf } from "../world/uuid.ts"
import type { EventRecord } from "./EventRecord.ts"
import type { AttemptOutcome, Notification, NotificationReport } from "./Notification.ts"
import { type FullPlan, type NotificationFault, type NotificationPlan, planOf } from "./NotificationPlan.ts"
import { type NotificationType, renderNotification } from "./renderNotification.ts"
import { signatureOf } from "./signature.ts"

/** A notification that is to be sent now. */
export interface Departure {
  readonly notification: Notification
  readonly url: string
  /** Undefined where a fault keeps it from leaving. */
  readonly request: { readonly body: Uint8Array; readonly headers: Readonly<Record<string, string>> } | undefined
  readonly timeoutMilliseconds: number
}

export interface OutboxOptions {
  readonly seed: number
  readonly subscriptions: SubscriptionStore
  readonly plan: NotificationPlan
  /** The world's time of the simulated clock's. */
  readonly worldTimeOf: (now: number) => number
  readonly chartSharingGroupOf: (practiceId: string, departmentId: string) => string | undefined
}

/** How long what is dead can be sent again. */
const keptMilliseconds = 7 * 86_400_000

/** Settled notifications that are told of, at most. */
const remembered = 2000

export class Outbox {
  readonly #options: OutboxOptions
  #asGiven: NotificationPlan
  #plan: FullPlan
  #counts: RuleCounts
  #unreachable: RuleCounts
  #events = 0
  #made = 0
  /** By when they are due. */
  readonly #waiting: Array<Notification> = []
  readonly #gathering = new Map<string, Notification>()
  #forgetAbove = 2 * remembered
  /** All, oldest first. */
  readonly #all = new Map<number, Notification>()

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#asGiven = options.plan
    this.#plan = planOf(options.plan)
    this.#counts = new RuleCounts(this.#plan.seed)
    this.#unreachable = new RuleCounts(this.#plan.seed)
  }

  get plan(): NotificationPlan {
    return this.#asGiven
  }

  get concurrency(): number {
    return this.#plan.concurrency
  }

  /** All counting of rules starts anew. */
  replacePlan(plan: NotificationPlan): void {
    this.#asGiven = plan
    this.#plan = planOf(plan)
    this.#counts = new RuleCounts(this.#plan.seed)
    this.#unreachable = new RuleCounts(this.#plan.seed)
  }

  /** Takes an occurrence up. Answers with its event, and how many subscriptions it is told to. */
  take(occurrence: Occurrence, now: number): { readonly event: EventRecord; readonly subscriptions: number } {
    const { departmentId, practiceId, topic } = occurrence
    const { chartSharingGroupOf, seed, subscriptions } = this.#options
    this.#events++
    const event: EventRecord = {
      ...occurrence,
      id: uuidOf(`event/${seed}/${this.#events}`),
      chartSharingGroupId: departmentId === undefined ? undefined : chartSharingGroupOf(practiceId, departmentId)
    }
    const listening = subscriptions.listeningTo(practiceId, topic, this.#options.worldTimeOf(now))
    for (const subscription of listening) this.#gather(subscription, event, now)
    return { event, subscriptions: listening.length }
  }

  /** A notification without events, of a type that the standard names. */
  signal(subscription: StoredSubscription, type: Exclude<NotificationType, "event-notification">, now: number): void {
    this.#wait(this.#make(subscription, type, [], now))
  }

  /** When something is to be sent next; undefined when nothing is. */
  get nextDueAt(): number | undefined {
    return this.#waiting[0]?.dueAt
  }

  /** Everything that is due, in the order in which it became so. */
  depart(now: number): ReadonlyArray<Departure> {
    const departures: Array<Departure> = []
    for (let first = this.#waiting[0]; first !== undefined && first.dueAt <= now; first = this.#waiting[0]) {
      this.#waiting.shift()
      const departure = this.#departureOf(first, now)
      if (departure !== undefined) departures.push(departure)
    }
    return departures
  }

  /** An attempt ended. */
  settle(notification: Notification, sentAt: number, outcome: AttemptOutcome, now: number): void {
    notification.attempts.push({ at: new Date(sentAt).toISOString(), outcome })
    if (typeof outcome === "number" && outcome >= 200 && outcome < 300) {
      notification.state = "delivered"
      return
    }
    const { firstMilliseconds, forMilliseconds, mostMilliseconds } = this.#plan.retries
    notification.givenUpAt ??= sentAt + forMilliseconds
    const wait = Math.min(mostMilliseconds, firstMilliseconds * 2 ** (notification.attempts.length - 1))
    if (now + wait > notification.givenUpAt) {
      notification.state = "dead"
      notification.dueAt = now
      return
    }
    notification.state = "waiting"
    notification.dueAt = now + wait
    this.#wait(notification)
  }

  /** Sends dead notifications again, for another hour: these, or all of the last seven days. Answers how many. */
  redeliver(ids: ReadonlyArray<string> | undefined, now: number): number {
    const again = [...this.#all.values()].filter(
      (one) =>
        one.state === "dead" &&
        now - one.dueAt <= keptMilliseconds &&
        (ids === undefined || ids.includes(String(one.number)))
    )
    for (const one of again) {
      one.state = "waiting"
      one.dueAt = now
      one.givenUpAt = undefined
      this.#wait(one)
    }
    return again.length
  }

  /** Every notification that is remembered, oldest first. */
  report(): ReadonlyArray<NotificationReport> {
    const decoder = new TextDecoder()
    return [...this.#all.values()].map((one) => ({
      id: String(one.number),
      type: one.type,
      subscriptionId: one.subscriptionId,
      practiceId: one.practiceId,
      topic: one.topic,
      eventIds: one.events.map(({ id }) => id),
      state: one.state,
      attempts: one.attempts,
      nextAttemptAt:
        one.state === "waiting" || one.state === "gathering" ? new Date(one.dueAt).toISOString() : undefined,
      headers: one.sent?.headers,
      body: one.sent === undefined ? undefined : decoder.decode(one.sent.body)
    }))
  }

  #gather(subscription: StoredSubscription, event: EventRecord, now: number): void {
    const open = this.#gathering.get(subscription.id)
    if (open !== undefined && open.state === "gathering" && open.events.length < this.#plan.mostEvents) {
      open.events.push(event)
      return
    }
    const begun = this.#make(subscription, "event-notification", [event], now + this.#plan.gatherMilliseconds)
    begun.state = "gathering"
    this.#gathering.set(subscription.id, begun)
    this.#wait(begun)
  }

  #make(subscription: StoredSubscription, type: NotificationType, events: Array<EventRecord>, dueAt: number) {
    this.#made++
    const { id: subscriptionId, practiceId, topic } = subscription
    const made: Notification = {
      number: this.#made,
      type,
      subscriptionId,
      practiceId,
      topic,
      events,
      attempts: [],
      state: "waiting",
      dueAt,
      sent: undefined,
      isJudged: false,
      givenUpAt: undefined
    }
    this.#all.set(made.number, made)
    this.#forget()
    return made
  }

  /** Looks through all of them only when they have doubled since it last did, so that many that wait cost little. */
  #forget(): void {
    if (this.#all.size <= this.#forgetAbove) return
    for (const [number, { state }] of this.#all) {
      if (this.#all.size <= remembered) break
      if (state === "delivered" || state === "lost" || state === "dropped") this.#all.delete(number)
    }
    this.#forgetAbove = 2 * Math.max(remembered, this.#all.size)
  }

  /** Keeps the order; what is due at the same time keeps the order in which it came. */
  #wait(notification: Notification): void {
    let [from, to] = [0, this.#waiting.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((this.#waiting[middle] as Notification).dueAt <= notification.dueAt) from = middle + 1
      else to = middle
    }
    this.#waiting.splice(from, 0, notification)
  }

  #departureOf(notification: Notification, now: number): Departure | undefined {
    const subscription = this.#options.subscriptions.get(notification.subscriptionId)
    if (subscription === undefined || (subscription.endsAt ?? Infinity) <= this.#options.worldTimeOf(now)) {
      notification.state = "dropped"
      return undefined
    }
    const faults = this.#faultsOf(notification)
    if (!notification.isJudged) {
      notification.isJudged = true
      if (this.#isKeptFromLeaving(subscription, notification, faults, now)) return undefined
    }
    notification.sent ??= this.#rendered(subscription, notification, faults, now)
    notification.state = "sending"
    const isUnreachable =
      this.#strikes(notification, this.#unreachable, ({ kind }) => kind === "unreachable").length > 0
    return {
      notification,
      url: subscription.endpoint,
      request: isUnreachable ? undefined : notification.sent,
      timeoutMilliseconds: this.#plan.timeoutMilliseconds
    }
  }

  readonly #dealt = new WeakMap<Notification, ReadonlyArray<NotificationFault>>()

  /** Dealt once; the same when it is asked again. */
  #faultsOf(notification: Notification): ReadonlyArray<NotificationFault> {
    const known = this.#dealt.get(notification)
    if (known !== undefined) return known
    const dealt = this.#strikes(notification, this.#counts, ({ kind }) => kind !== "unreachable")
    this.#dealt.set(notification, dealt)
    return dealt
  }

  #strikes(
    { practiceId, subscriptionId, topic }: Notification,
    counts: RuleCounts,
    isMeant: (fault: NotificationFault) => boolean
  ): ReadonlyArray<NotificationFault> {
    return this.#plan.rules.flatMap(({ fault, match, when }, i) => {
      const isMatch =
        isMeant(fault) &&
        (match?.practiceId ?? practiceId) === practiceId &&
        (match?.topic ?? topic) === topic &&
        (match?.subscriptionId ?? subscriptionId) === subscriptionId
      return isMatch && counts.isStruck(i, when) ? [fault] : []
    })
  }

  /** Faults of the way there: lost, late, twice. */
  #isKeptFromLeaving(
    subscription: StoredSubscription,
    notification: Notification,
    faults: ReadonlyArray<NotificationFault>,
    now: number
  ): boolean {
    const held = faults.reduce((sum, fault) => sum + (fault.kind === "late" ? fault.milliseconds : 0), 0)
    for (const fault of faults) {
      if (fault.kind === "lose") {
        notification.state = "lost"
        return true
      }
      if (fault.kind !== "duplicate") continue
      const { type, events } = notification
      const again = this.#make(subscription, type, [...events], now + held + (fault.laterMilliseconds ?? 1000))
      again.isJudged = true
      this.#dealt.set(again, faults)
      if (fault.sameBytes === true) {
        notification.sent = this.#rendered(subscription, notification, faults, now)
        again.sent = notification.sent
      }
      this.#wait(again)
    }
    if (held === 0) return false
    notification.state = "waiting"
    notification.dueAt = now + held
    this.#wait(notification)
    return true
  }

  #rendered(
    subscription: StoredSubscription,
    { events, number, type }: Notification,
    faults: ReadonlyArray<NotificationFault>,
    now: number
  ) {
    const body = new TextEncoder().encode(
      renderNotification({
        key: `notification/${this.#options.seed}/${number}`,
        type,
        subscription,
        events,
        plan: this.#plan,
        faults,
        now: this.#options.worldTimeOf(now)
      })
    )
    const signature = signatureOf(body, subscription.secret, faults)
    const contentType = faults.find((fault) => fault.kind === "contentType")?.contentType ?? "application/fhir+json"
    const headers = {
      "Content-Type": contentType,
      ...(signature === undefined ? {} : { "X-Hub-Signature": signature })
    }
    return { body, headers, at: now }
  }
}
