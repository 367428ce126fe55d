/**
 * What there is to see without an account: practice 195900 of the simulator in this process tells this server of everything that
 * happens there, and something happens every few seconds. Synthetic people only.
 */
import { CreateFhirSubscription } from "@athena-engine/athena-core/endpoints/fhir/CreateFhirSubscription"
import { eventTopics } from "@athena-engine/athena-core/events/topics"
import { PracticeId } from "@athena-engine/athena-core/ids/PracticeId"
import * as Priority from "@athena-engine/athena-core/rate-limit/Priority"
import { Simulator } from "@athena-engine/simulator/Simulator"
import { DateTime, Effect, type Redacted, Schedule } from "effect"
import { dailyLife } from "./dailyLife.ts"

const practiceId = PracticeId.make("195900")

export interface SimulatedPracticeOptions {
  /** Where this server takes notifications. */
  readonly endpoint: string
  readonly secret: Redacted.Redacted
}

/** Scopes that subscribing takes beside those of the records. */
export const simulatedScopes = "system/SubscriptionTopic.read system/Subscription.read system/Subscription.write"

/** Of the records that there are tables for. */
const topics = eventTopics.filter(({ type }) => ["Appointment", "Patient", "Provider"].includes(type))

const subscribe = Effect.fnUntraced(function* ({ endpoint, secret }: SimulatedPracticeOptions) {
  const endsAt = DateTime.add(yield* DateTime.now, { years: 1 })
  yield* Effect.forEach(
    topics,
    ({ name }) =>
      CreateFhirSubscription.create({ practiceId, topic: name, endpoint, endsAt, reason: "athena-webhooks", secret }),
    { discard: true }
  )
})

/** Subscribes, then lets things happen until it is interrupted. */
export const simulatedPractice = Effect.fnUntraced(
  function* (options: SimulatedPracticeOptions) {
    const simulator = yield* Simulator
    yield* Priority.sync(subscribe(options))
    yield* Effect.logInfo("The simulated practice tells of its appointments, patients and providers").pipe(
      Effect.annotateLogs({ practiceId, count: topics.length })
    )
    const { next } = yield* dailyLife(simulator, practiceId)
    return yield* Effect.repeat(next, Schedule.spaced("5 seconds"))
  },
  Effect.catchTags({
    AthenaError: (error) => Effect.logError(error.message),
    UnknownPractice: (error) => Effect.logError(error.message)
  })
)
