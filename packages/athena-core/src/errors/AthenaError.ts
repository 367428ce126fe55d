/**
 * The one error of every call to athenahealth, with a reason to tell cases apart (`Effect.catchReason`).
 *
 * It names the endpoint's template and the practice, never a URL, a patient, a response body or a secret.
 */
import { DateTime, Option, Schema } from "effect"
import { PracticeId } from "../ids/PracticeId.ts"
import { connectionAdvice } from "./connectionCodes.ts"

/** The client id, the secret or the signing keys were refused, or the scope is not granted. Never retried. */
export class InvalidCredentials extends Schema.TaggedError<InvalidCredentials>()("InvalidCredentials", {
  /** The OAuth error code: `invalid_client`, `invalid_scope` … */
  code: Schema.String,
  /** The key ids of the signing keys that were refused, in the order of asking; none where a secret was sent. */
  kids: Schema.optionalKey(Schema.Array(Schema.String))
}) {
  override get message() {
    const kids = this.kids ?? []
    return kids.length === 0
      ? `athenahealth refused the client credentials (${this.code}). ` +
          "Check the client id, the secret and the scope, and that they belong to this environment."
      : `athenahealth refused the client credentials (${this.code}), signed with ${kids.length === 1 ? "key" : "keys"} ` +
          `${kids.join(", then ")}. Check that the public key is registered for the app under that key id, the client id ` +
          "and the scope, that they belong to this environment, and this machine's clock."
  }
}

/** The practice is not in the file of credentials, and there are none for the rest. Nothing was sent. */
export class CredentialsMissing extends Schema.TaggedError<CredentialsMissing>()("CredentialsMissing", {}) {
  override get message() {
    return "there are no credentials for this practice. Add it to ATHENA_CREDENTIALS_FILE, or set the environment's own"
  }
}

/** Too many token requests this minute: 50 in production, 5 in preview; asked again at the top of the minute. */
export class TokenQuotaExceeded extends Schema.TaggedError<TokenQuotaExceeded>()("TokenQuotaExceeded", {
  retryAt: Schema.DateTimeUtc
}) {
  override get message() {
    return `the quota for access tokens is spent; a new one can be had at ${DateTime.formatIso(this.retryAt)}`
  }
}

/** A valid token, but the practice has not authorised this app ("Bad auth."). Final until the practice does. */
export class PracticeNotAuthorized extends Schema.TaggedError<PracticeNotAuthorized>()("PracticeNotAuthorized", {}) {
  override get message() {
    return "the practice has not authorised this app. Ask the practice to enable it in athenaOne"
  }
}

/** A fresh token was refused too. */
export class TokenRefused extends Schema.TaggedError<TokenRefused>()("TokenRefused", {}) {
  override get message() {
    return "a fresh access token was refused as well. Check that the credentials belong to this environment"
  }
}

/** The endpoint, or this record, is not open to the app. Final. */
export class PermissionDenied extends Schema.TaggedError<PermissionDenied>()("PermissionDenied", {}) {
  override get message() {
    return "the app may not use this endpoint for this practice. Ask athenahealth to enable it for the app"
  }
}

/** A changed-data feed that is not subscribed, or whose subscription is not active yet. */
export class FeedNotSubscribed extends Schema.TaggedError<FeedNotSubscribed>()("FeedNotSubscribed", {}) {
  override get message() {
    return "the changed-data feed has no active subscription yet; a new one takes up to 15 minutes"
  }
}

/** "Invalid practice." For a practice that worked before it can be a symptom of an outage: retry later. */
export class PracticeUnknown extends Schema.TaggedError<PracticeUnknown>()("PracticeUnknown", {}) {
  override get message() {
    return "athenahealth does not know this practice id. Check the id; for a practice that worked before, try later"
  }
}

/** The record does not exist, or no longer. */
export class RecordNotFound extends Schema.TaggedError<RecordNotFound>()("RecordNotFound", {}) {
  override get message() {
    return "there is no such record"
  }
}

/** The request was malformed or lacks parameters. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()("InvalidRequest", {
  /** Parameter names the vendor says are missing or invalid. */
  parameters: Schema.Array(Schema.String)
}) {
  override get message() {
    return this.parameters.length === 0
      ? "athenahealth refused the request as invalid"
      : `athenahealth refused the request; missing or invalid: ${this.parameters.join(", ")}`
  }
}

/** A patient search that matches more than 1,000 patients is refused, whatever the limit: ask for fewer. */
export class TooManyMatches extends Schema.TaggedError<TooManyMatches>()("TooManyMatches", {}) {
  override get message() {
    return "more than 1,000 patients match, and athenahealth returns none of them. Add criteria, or split the search"
  }
}

/** The record is in a state that forbids this, such as a slot that was booked meanwhile. */
export class Conflict extends Schema.TaggedError<Conflict>()("Conflict", {}) {
  override get message() {
    return "the record changed meanwhile; read it again"
  }
}

/** The practice, the app or the day's quota is told to wait until `retryAt`, longer than the caller is willing to. */
export class Throttled extends Schema.TaggedError<Throttled>()("Throttled", {
  retryAt: Schema.DateTimeUtc,
  /** Whose budget is spent. */
  scope: Schema.Literals(["practice", "app", "daily-quota", "daily-reserve", "backfill-share"])
}) {
  override get message() {
    if (this.scope === "daily-reserve") {
      return (
        "what is left of the day's quota of calls is kept for what is more urgent, " +
        `until ${DateTime.formatIso(this.retryAt)}. Run again then, or keep less (ATHENA_DAILY_RESERVE)`
      )
    }
    if (this.scope === "backfill-share") {
      return (
        "half of what syncs may use of the day's quota is used, and the rest is left to the day's other work, " +
        `until ${DateTime.formatIso(this.retryAt)}. Run the same command again then: it goes on behind what is done`
      )
    }
    const whose =
      this.scope === "daily-quota" ? "the day's quota of calls is spent" : `the ${this.scope} was told to wait`
    return `${whose} until ${DateTime.formatIso(this.retryAt)}. Run again then, or allow a longer wait (--max-wait)`
  }
}

/** The processes share their limits through a store, and it cannot be reached. Nothing was sent. */
export class BudgetUnavailable extends Schema.TaggedError<BudgetUnavailable>()("BudgetUnavailable", {}) {
  override get message() {
    return "the limits that all processes share cannot be read, and nothing is sent without them. Check the database"
  }
}

/** The server answered with an error that is its own. */
export class ServerUnavailable extends Schema.TaggedError<ServerUnavailable>()("ServerUnavailable", {
  status: Schema.Int
}) {
  override get message() {
    return `athenahealth answered ${this.status} at every attempt. Check its status page and run again later`
  }
}

/** No connection, or it was cut. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  /** A code such as `ECONNREFUSED`, `CERT_HAS_EXPIRED` or `PROXY_STATUS_407`. */
  code: Schema.String
}) {
  override get message() {
    return connectionAdvice(this.code)
  }
}

/** No answer within the attempt's time-out, or within the call's deadline. */
export class TimedOut extends Schema.TaggedError<TimedOut>()("TimedOut", {}) {
  override get message() {
    return "no answer came in time"
  }
}

/** An answer that cannot be read: HTML, cut short, not JSON, or JSON of another shape. */
export class UnreadableAnswer extends Schema.TaggedError<UnreadableAnswer>()("UnreadableAnswer", {
  kind: Schema.Literals(["html", "not-json", "shape"])
}) {
  override get message() {
    return {
      html: "the answer is an HTML page instead of JSON",
      "not-json": "the answer is cut short or not JSON",
      shape: "the answer is JSON of another shape than documented"
    }[this.kind]
  }
}

/** Status 200, but the body says that the operation failed. */
export class RefusedInside extends Schema.TaggedError<RefusedInside>()("RefusedInside", {}) {
  override get message() {
    return "athenahealth answered 200 but reports a failure inside"
  }
}

/** A status that no rule knows. */
export class UnexpectedStatus extends Schema.TaggedError<UnexpectedStatus>()("UnexpectedStatus", {
  status: Schema.Int
}) {
  override get message() {
    return `athenahealth answered ${this.status}, which this version does not know. Check ATHENA_BASE_URL and its status page`
  }
}

export const AthenaErrorReason = Schema.Union([
  InvalidCredentials,
  CredentialsMissing,
  TokenQuotaExceeded,
  PracticeNotAuthorized,
  TokenRefused,
  PermissionDenied,
  FeedNotSubscribed,
  PracticeUnknown,
  RecordNotFound,
  InvalidRequest,
  TooManyMatches,
  Conflict,
  Throttled,
  BudgetUnavailable,
  ServerUnavailable,
  Unreachable,
  TimedOut,
  UnreadableAnswer,
  RefusedInside,
  UnexpectedStatus
])
export type AthenaErrorReason = typeof AthenaErrorReason.Type

/** A call to athenahealth failed; match on the reason with `Effect.catchReason`. */
export class AthenaError extends Schema.TaggedError<AthenaError>()("AthenaError", {
  /** Verb and path template. */
  endpoint: Schema.String,
  practiceId: Schema.Option(PracticeId),
  /** The vendor's `X-Request-Id`, to quote to its support. */
  requestId: Schema.Option(Schema.String),
  /** Requests sent. */
  attempts: Schema.Int,
  reason: AthenaErrorReason
}) {
  override get message() {
    const where = Option.match(this.practiceId, { onNone: () => "", onSome: (id) => `practice ${id}, ` })
    const request = Option.match(this.requestId, { onNone: () => "", onSome: (id) => ` (request ${id})` })
    return `${where}${this.endpoint}: ${this.reason.message}${request}`
  }
}
