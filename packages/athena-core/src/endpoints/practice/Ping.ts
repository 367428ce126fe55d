import { Effect } from "effect"
import type { AthenaError } from "../../errors/AthenaError.ts"
import { Athena } from "../../http/Athena.ts"
import type { EndpointDescription } from "../../http/EndpointDescription.ts"
import { readJson } from "../../http/readBody.ts"
import type { PracticeId } from "../../ids/PracticeId.ts"
import { noPhi } from "../../phi/PhiClass.ts"

const description: EndpointDescription = {
  name: "Ping",
  verb: "GET",
  path: "/v1/{practiceid}/ping",
  vendorPage: "https://docs.athenahealth.com/api/guides/checking-api-status",
  evidence: "documented",
  repeat: "safe",
  phi: noPhi,
  auditedParameters: []
}

/** Whether the practice can be reached with these credentials. Costs one call of the quota. */
export const Ping = {
  description,
  check: (practiceId: PracticeId): Effect.Effect<void, AthenaError, Athena> =>
    Athena.use((athena) =>
      Effect.asVoid(athena.exchange({ endpoint: description, practiceId, path: {}, query: {} }, readJson))
    )
}
