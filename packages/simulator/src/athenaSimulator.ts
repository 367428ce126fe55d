/** The command `athena-simulator`: what can be said to it, and what it makes of that. */
import { Console, Effect, Layer, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { Instant } from "./clock/ClockState.ts"
import { NotificationPlan } from "./events/NotificationPlan.ts"
import { FaultPlan, noFaults } from "./faults/FaultPlan.ts"
import { Limits, type RefusalStyle, refusalStyles } from "./limits/Limits.ts"
import { SimulatedClient } from "./oauth/SimulatedClient.ts"
import { Simulator } from "./Simulator.ts"
import type { SimulatorOptions } from "./SimulatorOptions.ts"
import { SimulatorServer } from "./server/SimulatorServer.ts"

const flags = {
  port: Flag.Int("port").pipe(Flag.withDescription("Port; 0 takes a free one"), Flag.withDefault(8090)),
  host: Flag.String("host").pipe(
    Flag.withDescription("Address to listen on; 0.0.0.0 in a container. Its control routes ask for no password"),
    Flag.withDefault("127.0.0.1")
  ),
  seed: Flag.Int("seed").pipe(Flag.withDescription("People, appointments and ids follow from it"), Flag.withDefault(1)),
  volume: Flag.Int("volume").pipe(
    Flag.withDescription("Appointments of June 2019 in practice 195900, up to 1000000"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))),
    Flag.withDefault(500)
  ),
  clientId: Flag.String("client-id").pipe(
    Flag.withDescription("Client id that the token endpoint accepts"),
    Flag.withDefault("simulator")
  ),
  clientSecret: Flag.String("client-secret").pipe(
    Flag.withDescription("Client secret that it accepts"),
    Flag.withDefault("simulator-secret")
  ),
  clients: Flag.FileSchema("clients", Schema.Array(SimulatedClient)).pipe(
    Flag.withDescription("JSON or YAML file with apps beside that one: secrets, or public keys for private_key_jwt"),
    Flag.optional
  ),
  tokenLifetime: Flag.Int("token-lifetime").pipe(
    Flag.withDescription("Life of a token in seconds"),
    Flag.withDefault(3600)
  ),
  requestsPerSecond: Flag.Int("requests-per-second").pipe(
    Flag.withDescription("Limit for each practice; none by default"),
    Flag.optional
  ),
  refusal: Flag.Literals("refusal", refusalStyles).pipe(
    Flag.withDescription("How requests over that limit are refused"),
    Flag.withDefault<RefusalStyle>("retry-after-seconds")
  ),
  limits: Flag.FileSchema("limits", Limits).pipe(
    Flag.withDescription("JSON or YAML file with all limits, instead of the two flags above"),
    Flag.optional
  ),
  faults: Flag.FileSchema("faults", FaultPlan).pipe(
    Flag.withDescription("JSON or YAML file with a fault plan"),
    Flag.optional
  ),
  notifications: Flag.FileSchema("notifications", NotificationPlan).pipe(
    Flag.withDescription("JSON or YAML file with how event notifications are sent, and what goes wrong with them"),
    Flag.optional
  ),
  startsAt: Flag.String("now").pipe(
    Flag.withDescription(
      "What its clock shows at the start, such as 2019-07-01T12:00:00Z, when its generated past ends"
    ),
    Flag.withSchema(Instant),
    Flag.optional
  ),
  isClockStopped: Flag.Boolean("stopped-clock").pipe(
    Flag.withDescription("Its clock stands still until it is moved over /simulator/clock"),
    Flag.withDefault(false)
  ),
  subscriptionDelay: Flag.Int("subscription-delay").pipe(
    Flag.withDescription("Seconds until a subscription to a changed-data feed takes effect; minutes at the vendor's"),
    Flag.withDefault(2)
  )
}

/** Listens until it is stopped. Run it with `Command.run`, or in tests with `Command.runWith`. */
export const athenaSimulator = Command.make("athena-simulator", flags, (given) => {
  const perSecond = Option.map(
    given.requestsPerSecond,
    (requests): Limits => ({
      practice: { requests, refusal: given.refusal }
    })
  )
  const options: SimulatorOptions = {
    seed: given.seed,
    volume: given.volume,
    clientId: given.clientId,
    clientSecret: given.clientSecret,
    clients: Option.getOrElse(given.clients, (): ReadonlyArray<SimulatedClient> => []),
    tokenLifetimeSeconds: given.tokenLifetime,
    limits: Option.getOrElse(given.limits, () => Option.getOrElse(perSecond, (): Limits => ({}))),
    faults: Option.getOrElse(given.faults, () => noFaults),
    notifications: Option.getOrElse(given.notifications, (): NotificationPlan => ({})),
    ...Option.match(given.startsAt, { onNone: () => ({}), onSome: (startsAt) => ({ startsAt }) }),
    isClockStopped: given.isClockStopped,
    subscriptionDelaySeconds: given.subscriptionDelay
  }
  const announced = Layer.effectDiscard(
    Effect.gen(function* () {
      const { origin } = yield* SimulatorServer
      const { credentials, practiceIds } = yield* Simulator
      yield* Console.log(`athenahealth in a box listens on ${origin}`)
      yield* Console.log(`  practices ${practiceIds.join(", ")}, client id "${credentials.clientId}"`)
      yield* Console.log(`  faults, limits, events, clock and statistics: ${origin}/simulator/`)
    })
  )
  return Layer.launch(
    announced.pipe(
      Layer.provide(SimulatorServer.layer({ port: given.port, host: given.host })),
      Layer.provide(Simulator.layer(options))
    )
  )
}).pipe(Command.withDescription("athenahealth in a box: synthetic people, the API's oddities, limits and faults"))
