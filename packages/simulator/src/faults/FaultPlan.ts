/**
 * What goes wrong, as data: rules, each with what it matches, when it strikes and what it does. The same plan
 * and the same requests give the same faults.
 */
import { Schema } from "effect"
import { Mutation } from "../mutations/Mutation.ts"
import { type RouteName, routeNames } from "../routes/Routes.ts"

const natural = Schema.Natural
const share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

/** Waits before the answer; a fixed time, or uniform up to `upToMilliseconds`. */
export const Latency = Schema.Struct({
  kind: Schema.Literal("latency"),
  milliseconds: natural,
  upToMilliseconds: Schema.optionalKey(natural)
})

/** An error status instead of the answer: `json` as the API would, `html` as a load balancer would, `apigee`, or `empty`. */
export const Status = Schema.Struct({
  kind: Schema.Literal("status"),
  status: Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 })),
  body: Schema.optionalKey(Schema.Literals(["json", "html", "apigee", "empty"])),
  /** Sent as it is: seconds or an HTTP date. */
  retryAfter: Schema.optionalKey(Schema.String)
})

/** The connection is reset before a byte of the answer. */
export const Reset = Schema.Struct({ kind: Schema.Literal("reset") })

/** The connection is reset after headers and this share of the body. */
export const ResetMidBody = Schema.Struct({ kind: Schema.Literal("resetMidBody"), after: share })

/**
 * The connection is closed in good order after headers and this share of the body: less than `Content-Length` said, or,
 * `chunked`, without the last chunk.
 */
export const CloseMidBody = Schema.Struct({
  kind: Schema.Literal("closeMidBody"),
  after: share,
  chunked: Schema.optionalKey(Schema.Boolean)
})

/** A complete answer whose body ends too early: cut-off JSON. */
export const Truncate = Schema.Struct({ kind: Schema.Literal("truncate"), after: share })

/** A 200 whose body is no JSON. */
export const MalformedJson = Schema.Struct({ kind: Schema.Literal("malformedJson") })

/** No answer ever comes. */
export const Hang = Schema.Struct({ kind: Schema.Literal("hang") })

/** The token that the request carries dies before its time: 401 now and from now on. */
export const TokenDies = Schema.Struct({ kind: Schema.Literal("tokenDies") })

/** `totalcount` is missing, text, or another number on every page. */
export const TotalCount = Schema.Struct({
  kind: Schema.Literal("totalCount"),
  as: Schema.Literals(["missing", "text", "changing"])
})

/** No rows, but a `next` all the same. */
export const EmptyPageWithNext = Schema.Struct({ kind: Schema.Literal("emptyPageWithNext") })

/** `next` points at the page itself. */
export const StuckNext = Schema.Struct({ kind: Schema.Literal("stuckNext") })

/** The page holds its first `rows` rows a second time. */
export const RepeatRows = Schema.Struct({ kind: Schema.Literal("repeatRows"), rows: natural })

/** The world changes before the page is read: rows appear, move and vanish under a reader between pages. */
export const ChangeWorld = Schema.Struct({ kind: Schema.Literal("changeWorld"), mutations: Schema.Array(Mutation) })

/**
 * The same with rows of the asked window, chosen by the plan's seed: so many are cancelled (`vanish`), so many move
 * to another day, so many new ones `appear`. Only on the booked lists.
 */
export const Churn = Schema.Struct({
  kind: Schema.Literal("churn"),
  appear: Schema.optionalKey(natural),
  move: Schema.optionalKey(natural),
  vanish: Schema.optionalKey(natural)
})

/** 200, with a failure inside. */
export const FailureInside = Schema.Struct({ kind: Schema.Literal("failureInside") })

/** 404 "Invalid practice.", though the practice is there: the vendor's trouble. */
export const PracticeOutage = Schema.Struct({ kind: Schema.Literal("practiceOutage") })

/** The answer under another content type. */
export const ContentType = Schema.Struct({ kind: Schema.Literal("contentType"), contentType: Schema.String })

/** In every `every`th record of an answer (1 by default) `field` has a value of an impossible type. */
export const BadRecord = Schema.Struct({
  kind: Schema.Literal("badRecord"),
  field: Schema.String,
  value: Schema.optionalKey(Schema.Unknown),
  every: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0)))
})

/** The marker stands in every free-text and identifying string of patients and appointments, and in error details. */
export const PlantMarker = Schema.Struct({ kind: Schema.Literal("plantMarker"), marker: Schema.String })

export const Fault = Schema.Union([
  Latency,
  Status,
  Reset,
  ResetMidBody,
  CloseMidBody,
  Truncate,
  MalformedJson,
  Hang,
  TokenDies,
  TotalCount,
  EmptyPageWithNext,
  StuckNext,
  RepeatRows,
  ChangeWorld,
  Churn,
  FailureInside,
  PracticeOutage,
  ContentType,
  BadRecord,
  PlantMarker
])
export type Fault = typeof Fault.Type

/** Which requests a rule looks at; all when empty. */
export const FaultMatch = Schema.Struct({
  practiceId: Schema.optionalKey(Schema.String),
  route: Schema.optionalKey(Schema.Literals(routeNames as readonly [RouteName, ...Array<RouteName>])),
  /** The id at the end of the path. */
  id: Schema.optionalKey(Schema.String),
  /** `first`: offset 0; `later`: any other. */
  page: Schema.optionalKey(Schema.Literals(["first", "later"])),
  /** A calendar day in US form that `startdate` must equal. */
  startDate: Schema.optionalKey(Schema.String)
})

/** Which of the matching requests a rule strikes; all when empty. Conditions add up. */
export const FaultTiming = Schema.Struct({
  /** The share of them, chosen by the plan's seed. */
  probability: Schema.optionalKey(share),
  /** Their numbers among the matching ones, counted from 1. */
  nth: Schema.optionalKey(Schema.Array(Schema.Int)),
  /** Not the first so many. */
  after: Schema.optionalKey(natural),
  /** At most so often. */
  times: Schema.optionalKey(natural)
})

export const FaultRule = Schema.Struct({
  match: Schema.optionalKey(FaultMatch),
  when: Schema.optionalKey(FaultTiming),
  fault: Fault
})
export type FaultRule = typeof FaultRule.Type

export const FaultPlan = Schema.Struct({
  /** For probabilities; 1 by default. */
  seed: Schema.optionalKey(Schema.Int),
  rules: Schema.Array(FaultRule)
})
export type FaultPlan = typeof FaultPlan.Type

/** Nothing goes wrong. */
export const noFaults: FaultPlan = { rules: [] }
