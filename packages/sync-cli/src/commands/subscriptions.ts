/**
 * `athena-sync subscriptions …`: the event platform's subscriptions, each of one topic of one practice.
 */
import { isOpaqueId } from "@athena-engine/athena-core/ids/OpaqueId"
import { isTopicName } from "@athena-engine/athena-core/ids/TopicName"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { reportSubscriptionResults, reportSubscriptions, reportTopics } from "../output/subscriptionsReport.ts"
import { json, practices } from "./flags.ts"
import { isEventEndpoint } from "./isEventEndpoint.ts"

const load = Effect.promise(() => import("./onEventPlatform.ts"))

const topics = Command.make(
  "topics",
  { practice: practices, json },
  Effect.fnUntraced(function* (flags) {
    const { onEventPlatform } = yield* load
    const { listTopics } = yield* Effect.promise(() => import("./eventSubscriptions.ts"))
    return yield* onEventPlatform(
      "subscriptions topics",
      flags.practice,
      ["SubscriptionTopic.read"],
      ({ environment, practices }) =>
        Effect.flatMap(listTopics(practices), (found) => reportTopics(environment, found, flags.json))
    )
  })
).pipe(
  Command.withDescription("The kinds of events that can be subscribed to; they are the same for every practice."),
  Command.withShortDescription("What can be subscribed to")
)

const list = Command.make(
  "list",
  { practice: practices, json },
  Effect.fnUntraced(function* (flags) {
    const { onEventPlatform } = yield* load
    const { listSubscriptions } = yield* Effect.promise(() => import("./eventSubscriptions.ts"))
    return yield* onEventPlatform("subscriptions list", flags.practice, ["Subscription.read"], (platform) =>
      Effect.flatMap(listSubscriptions(platform, flags.practice), (found) =>
        reportSubscriptions(platform.environment, found, flags.json)
      )
    )
  })
).pipe(
  Command.withDescription("The subscriptions of the app, of all practices unless some are named."),
  Command.withShortDescription("What is subscribed to")
)

const topicFlag = Flag.String("topic").pipe(
  Flag.withDescription("A topic, such as Appointment.check-in; repeat it for several (see subscriptions topics)"),
  Flag.withMetavar("TOPIC"),
  Flag.filterMap(
    (value) => Option.liftPredicate(value, isTopicName),
    () => "a topic such as Appointment.check-in"
  ),
  Flag.atLeast(1)
)

const endpointFlag = Flag.String("endpoint").pipe(
  Flag.withDescription("Where events are posted: https on port 443, as athena-webhooks is reached from the internet"),
  Flag.withMetavar("URL"),
  Flag.filterMap(
    (value) => Option.liftPredicate(value, isEventEndpoint),
    () => "an https URL on port 443, without a user or a fragment; any on this machine itself, for a simulator"
  )
)

const another = Flag.Boolean("another").pipe(
  Flag.withDescription("Create it even if there is one already: to change the secret, before the old one is deleted"),
  Flag.withDefault(false)
)

const create = Command.make(
  "create",
  { topic: topicFlag, endpoint: endpointFlag, another, practice: practices, json },
  Effect.fnUntraced(function* (flags) {
    const { onEventPlatform } = yield* load
    const [{ createSubscriptions }, { webhookSecret }] = yield* Effect.promise(() =>
      Promise.all([import("./eventSubscriptions.ts"), import("@athena-engine/program/configuration/webhookSecret")])
    )
    const secret = yield* webhookSecret
    const scopes = ["Subscription.read", "Subscription.write"]
    return yield* onEventPlatform("subscriptions create", flags.practice, scopes, (platform) =>
      Effect.flatMap(createSubscriptions(platform, { ...flags, secret }), (results) =>
        reportSubscriptionResults("subscriptions create", platform.environment, results, flags.json)
      )
    )
  })
).pipe(
  Command.withDescription(
    "Subscribes to the topics of the practices, for a year. Their events are signed with the first secret of " +
      "ATHENA_WEBHOOK_SECRETS. What is subscribed to already is left as it is. Safe to run again, also after a lost answer."
  ),
  Command.withShortDescription("Subscribes to topics of practices"),
  Command.withExamples([
    {
      command:
        "athena-sync subscriptions create --topic Appointment.check-in --endpoint https://example.org/webhooks/athenahealth",
      description: "One topic of every practice of ATHENA_PRACTICES"
    }
  ])
)

const remove = Command.make(
  "delete",
  {
    id: Argument.String("ID").pipe(
      Argument.withDescription("The subscription's id, as list shows it"),
      Argument.filterMap(
        (value) => Option.liftPredicate(value, isOpaqueId),
        () => "a subscription's id"
      )
    ),
    practice: practices,
    json
  },
  Effect.fnUntraced(function* (flags) {
    const { onEventPlatform } = yield* load
    const { deleteSubscription } = yield* Effect.promise(() => import("./eventSubscriptions.ts"))
    const scopes = ["Subscription.read", "Subscription.write"]
    return yield* onEventPlatform("subscriptions delete", flags.practice, scopes, (platform) =>
      Effect.flatMap(deleteSubscription(platform, flags.id, flags.practice), (result) =>
        reportSubscriptionResults("subscriptions delete", platform.environment, [result], flags.json)
      )
    )
  })
).pipe(
  Command.withDescription("Ends a subscription. With --practice it must be of one of those practices."),
  Command.withShortDescription("Ends a subscription")
)

const apply = Flag.Boolean("apply").pipe(
  Flag.withDescription("Create what is missing, then delete what is too much"),
  Flag.withDefault(false)
)

const drift = Command.make(
  "drift",
  { topic: topicFlag, endpoint: endpointFlag, apply, practice: practices, json },
  Effect.fnUntraced(function* (flags) {
    const { onEventPlatform } = yield* load
    const [{ driftOf, mendDrift }, { webhookSecret }] = yield* Effect.promise(() =>
      Promise.all([import("./subscriptionDrift.ts"), import("@athena-engine/program/configuration/webhookSecret")])
    )
    const mend = flags.apply ? Option.some(yield* webhookSecret) : Option.none()
    const scopes = ["Subscription.read", ...(flags.apply ? ["Subscription.write"] : [])]
    return yield* onEventPlatform("subscriptions drift", flags.practice, scopes, (platform) =>
      Option.match(mend, {
        onNone: () => driftOf(platform, flags),
        onSome: (secret) => mendDrift(platform, { ...flags, another: true, secret })
      }).pipe(
        Effect.flatMap((results) =>
          reportSubscriptionResults("subscriptions drift", platform.environment, results, flags.json)
        )
      )
    )
  })
).pipe(
  Command.withDescription(
    "Compares what the practices should be subscribed to at an endpoint, all topics of each, with what they are: missing, ending " +
      "within 30 days, or too much. Other practices and endpoints are left alone. Ends with 3 if there is a difference; with " +
      "--apply it mends it."
  ),
  Command.withShortDescription("Compares what should be with what is")
)

/** `athena-sync subscriptions topics | list | create | drift | delete` */
export const subscriptions = Command.make("subscriptions").pipe(
  Command.withDescription("The event platform's subscriptions: which events athenahealth posts, and where."),
  Command.withShortDescription("Subscriptions to events"),
  Command.withSubcommands([topics, list, create, drift, remove])
)
