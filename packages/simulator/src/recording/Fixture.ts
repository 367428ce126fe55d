/** One exchange with athenahealth as it may be kept: scrubbed, in a file of its own. */
import { Schema } from "effect"

export class Fixture extends Schema.Class<Fixture>("Fixture")({
  /** The endpoint's name, or `unknown` where it is none of the described. */
  endpoint: Schema.String,
  verb: Schema.String,
  /** With other ids than were asked for. */
  path: Schema.String,
  /** Of what was asked, the parameters that the audit trail keeps too. */
  query: Schema.Record(Schema.String, Schema.String),
  status: Schema.Int,
  /** Rates, quotas and the content type. */
  headers: Schema.Record(Schema.String, Schema.String),
  /** JSON; null where the answer was none. */
  body: Schema.Json
}) {}

export const FixtureText = Schema.fromJsonString(Fixture)
