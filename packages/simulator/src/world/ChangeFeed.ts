/**
 * A changed-data feed of one practice (dossier G), as the app sees it:
 *
 * - Without an active subscription nothing is kept, and reading is refused. A subscription, and its end, take effect only
 *   some time after they were asked for.
 * - A change waits until it is read, and with that it is read, whether or not the answer arrives. What was read can be
 *   shown again by the time at which it was.
 * - Neither what waits nor what was read is kept for ever: how long, the vendor does not say.
 * - Changes are not put together: two of one record are two rows, each of the record as it is now.
 */

/** Something that happened to a record. */
export interface Change {
  readonly event: string
  readonly recordId: number
  /** Where it happened; absent where no department is known. */
  readonly departmentId?: string | undefined
}

interface Subscribed {
  readonly events: ReadonlySet<string>
  /** Only these; all when undefined. */
  readonly departments: ReadonlySet<string> | undefined
}

/** A change, and when it happened or was read, in epoch milliseconds of the world. */
interface Kept {
  readonly change: Change
  readonly at: number
}

const nothing: Subscribed = { events: new Set(), departments: undefined }

export class ChangeFeed {
  /** Every event that there is; a subscription without a name is to those that are `default`. */
  readonly events: ReadonlyArray<string>
  readonly #defaults: ReadonlyArray<string>
  /** What is subscribed from when on, oldest first. */
  #subscriptions: Array<{ readonly from: number; readonly to: Subscribed }> = []
  #pending: Array<Kept> = []
  #read: Array<Kept> = []

  constructor(events: { readonly default: ReadonlyArray<string>; readonly others?: ReadonlyArray<string> }) {
    this.events = [...events.default, ...(events.others ?? [])]
    this.#defaults = events.default
  }

  /** Something happened. It is kept if it is subscribed to. */
  record(change: Change, now: number): void {
    const { departments, events } = this.#at(now)
    if (!events.has(change.event)) return
    if (departments !== undefined && change.departmentId !== undefined && !departments.has(change.departmentId)) return
    this.#pending.push({ change, at: now })
  }

  /** The names subscribed to now. */
  subscribed(now: number): ReadonlyArray<string> {
    const { events } = this.#at(now)
    return this.events.filter((name) => events.has(name))
  }

  /** All default events are subscribed to, or some events, or none. */
  status(now: number): "ACTIVE" | "PARTIAL" | "INACTIVE" {
    const { events } = this.#at(now)
    if (events.size === 0) return "INACTIVE"
    return this.#defaults.every((name) => events.has(name)) ? "ACTIVE" : "PARTIAL"
  }

  /** Without a name: to all default events. Departments replace the ones before; none means the whole practice. */
  subscribe(name: string | undefined, departments: ReadonlyArray<string>, from: number): void {
    const before = this.#latest()
    this.#change(from, {
      events: new Set([...before.events, ...(name === undefined ? this.#defaults : [name])]),
      departments: departments.length === 0 ? undefined : new Set(departments)
    })
  }

  /** Without a name: from everything. */
  unsubscribe(name: string | undefined, from: number): void {
    const before = this.#latest()
    const left = name === undefined ? [] : [...before.events].filter((event) => event !== name)
    this.#change(from, { ...before, events: new Set(left) })
  }

  /** Forgets what waits since before one instant, and what was read before another. */
  forget(waitingBefore: number, readBefore: number): void {
    const isLate = (before: number) => (kept: Kept) => kept.at >= before
    if (this.#pending.some(({ at }) => at < waitingBefore)) this.#pending = this.#pending.filter(isLate(waitingBefore))
    if (this.#read.some(({ at }) => at < readBefore)) this.#read = this.#read.filter(isLate(readBefore))
  }

  /** What waits, oldest first. */
  pending(): ReadonlyArray<Change> {
    return this.#pending.map(({ change }) => change)
  }

  /** What was read between two instants, both included. */
  readBetween(from: number, to: number): ReadonlyArray<Change> {
    return this.#read.filter(({ at }) => at >= from && at <= to).map(({ change }) => change)
  }

  /** From now on these are read. */
  take(changes: ReadonlyArray<Change>, now: number): void {
    const taken = new Set(changes)
    this.#pending = this.#pending.filter(({ change }) => !taken.has(change))
    this.#read.push(...changes.map((change) => ({ change, at: now })))
  }

  #at(now: number): Subscribed {
    return this.#subscriptions.findLast(({ from }) => from <= now)?.to ?? nothing
  }

  #latest(): Subscribed {
    return this.#subscriptions.at(-1)?.to ?? nothing
  }

  #change(from: number, to: Subscribed): void {
    this.#subscriptions = [...this.#subscriptions, { from, to }]
  }
}
